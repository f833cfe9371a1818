/* SPDX-License-Identifier: Apache-2.0 */
/* The list of users, which wasi-libc leaves out: nobody is on it. */
#ifndef COMPAT_PWD_H
#define COMPAT_PWD_H
#include <sys/types.h>

struct passwd {
    char *pw_name;
    char *pw_dir;
    uid_t pw_uid;
};

struct passwd *getpwnam(const char *name);
struct passwd *getpwuid(uid_t user);
#endif
