/* SPDX-License-Identifier: Apache-2.0 */
/* Processes and pipes, which WASI leaves out: every attempt answers that there are none, so that a program says so itself. */
#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int none(void)
{
    errno = ENOSYS;
    return -1;
}

pid_t fork(void) { return none(); }

int pipe(int ends[2])
{
    (void)ends;
    return none();
}

int dup(int fd)
{
    (void)fd;
    return none();
}

int execl(const char *path, const char *first, ...)
{
    (void)path, (void)first;
    return none();
}

int system(const char *command)
{
    return command == NULL ? 0 : none();
}

pid_t wait(int *status)
{
    (void)status;
    return none();
}

pid_t waitpid(pid_t pid, int *status, int options)
{
    (void)pid, (void)status, (void)options;
    return none();
}
