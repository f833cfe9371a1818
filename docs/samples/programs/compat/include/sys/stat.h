/* SPDX-License-Identifier: Apache-2.0 */
/* Modes, which wasi-libc leaves out: to set them succeeds and changes nothing. */
#ifndef COMPAT_SYS_STAT_H
#define COMPAT_SYS_STAT_H
#include_next <sys/stat.h>

int chmod(const char *path, mode_t mode);
int fchmod(int fd, mode_t mode);
mode_t umask(mode_t mask);
#endif
