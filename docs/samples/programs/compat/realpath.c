/* SPDX-License-Identifier: Apache-2.0 */
/* realpath, which wasi-libc leaves out: there are no links, so the text alone says where a path leads. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *realpath(const char *restrict path, char *restrict target)
{
    char whole[PATH_MAX] = "", *end = whole;
    if (path == NULL) {
        errno = EINVAL;
        return NULL;
    }
    if (access(path, F_OK) != 0)
        return NULL;
    if (path[0] != '/' && (getcwd(whole, sizeof whole) == NULL || strcmp(whole, "/") == 0))
        whole[0] = '\0';
    end += strlen(whole);
    while (*path != '\0') {
        size_t length = strcspn(path, "/");
        if (length == 2 && memcmp(path, "..", 2) == 0) {
            while (end > whole && *--end != '/')
                ;
        } else if (length > 0 && (length != 1 || *path != '.')) {
            if (length + 2 > (size_t)(whole + sizeof whole - end)) {
                errno = ENAMETOOLONG;
                return NULL;
            }
            *end++ = '/';
            memcpy(end, path, length);
            end += length;
        }
        path += length + (path[length] == '/');
    }
    if (end == whole)
        *end++ = '/';
    *end = '\0';
    return target != NULL ? strcpy(target, whole) : strdup(whole);
}
