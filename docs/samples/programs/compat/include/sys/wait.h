/* SPDX-License-Identifier: Apache-2.0 */
/* Processes, which WASI leaves out: see ../../processes.c. */
#ifndef COMPAT_SYS_WAIT_H
#define COMPAT_SYS_WAIT_H
#include <sys/types.h>

pid_t wait(int *status);
pid_t waitpid(pid_t pid, int *status, int options);

#define WIFEXITED(status) (((status) & 0x7f) == 0)
#define WEXITSTATUS(status) (((status) >> 8) & 0xff)
#define WIFSIGNALED(status) (((status) & 0x7f) != 0)
#define WTERMSIG(status) ((status) & 0x7f)
#define WCOREDUMP(status) ((status) & 0x80)
#endif
