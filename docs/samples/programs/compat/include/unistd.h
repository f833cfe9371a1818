/* SPDX-License-Identifier: Apache-2.0 */
/* Users, owners and processes, which wasi-libc leaves out: see ../posix.c and ../processes.c. */
#ifndef COMPAT_UNISTD_H
#define COMPAT_UNISTD_H
#include_next <unistd.h>
#include <sys/types.h>

uid_t getuid(void);
uid_t geteuid(void);
int fchown(int fd, uid_t owner, gid_t group);
int chown(const char *path, uid_t owner, gid_t group);

pid_t fork(void);
int pipe(int ends[2]);
int dup(int fd);
int execl(const char *path, const char *first, ...);
#endif
