/* SPDX-License-Identifier: Apache-2.0 */
/* Locks on files, which wasi-libc leaves out. A program is alone with its files: it gets every lock, and nobody else ever holds one. */
#ifndef COMPAT_FCNTL_H
#define COMPAT_FCNTL_H
#include_next <fcntl.h>

#define F_RDLCK 0
#define F_WRLCK 1
#define F_UNLCK 2
#define F_GETLK 1000
#define F_SETLK 1001
#define F_SETLKW 1002

int compat_fcntl(int fd, int command, ...);
#define fcntl compat_fcntl
#endif
