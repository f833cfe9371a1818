/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What wasi-libc leaves out and the sample programs name: users, owners, modes and locks. There is one user, whose files are the work folder alone,
 * and no other process; so all of it succeeds and changes nothing. What could not be true (a list of users) says that there is none.
 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>
#undef fcntl

int fcntl(int fd, int command, ...);

int compat_fcntl(int fd, int command, ...)
{
    va_list rest;
    va_start(rest, command);
    int result = 0;
    if (command == F_GETLK)
        va_arg(rest, struct flock *)->l_type = F_UNLCK;
    else if (command != F_SETLK && command != F_SETLKW)
        result = fcntl(fd, command, va_arg(rest, int));
    va_end(rest);
    return result;
}

uid_t getuid(void) { return 0; }

uid_t geteuid(void) { return 0; }

int fchown(int fd, uid_t owner, gid_t group)
{
    (void)fd, (void)owner, (void)group;
    return 0;
}

int chown(const char *path, uid_t owner, gid_t group)
{
    (void)path, (void)owner, (void)group;
    return 0;
}

int chmod(const char *path, mode_t mode)
{
    (void)path, (void)mode;
    return 0;
}

int fchmod(int fd, mode_t mode)
{
    (void)fd, (void)mode;
    return 0;
}

mode_t umask(mode_t mask)
{
    (void)mask;
    return 0;
}

struct passwd *getpwnam(const char *name)
{
    (void)name;
    errno = ENOENT;
    return NULL;
}

struct passwd *getpwuid(uid_t user)
{
    (void)user;
    errno = ENOENT;
    return NULL;
}
