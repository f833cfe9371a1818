/* SPDX-License-Identifier: Apache-2.0 */
/* Absolute paths and commands, which wasi-libc leaves out. */
#ifndef COMPAT_STDLIB_H
#define COMPAT_STDLIB_H
#include_next <stdlib.h>

char *realpath(const char *restrict path, char *restrict target);
int system(const char *command);
#endif
