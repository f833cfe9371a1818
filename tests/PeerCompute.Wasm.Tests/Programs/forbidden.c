// SPDX-License-Identifier: Apache-2.0
// Tries what no job may do and prints the error numbers.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

int32_t raw_recv(int32_t, int32_t, int32_t, int32_t, int32_t, int32_t)
    __attribute__((import_module("wasi_snapshot_preview1"), import_name("sock_recv")));
int32_t raw_open(int32_t, int32_t, const char *, int32_t, int32_t, int64_t, int64_t, int32_t, int32_t *)
    __attribute__((import_module("wasi_snapshot_preview1"), import_name("path_open")));

static void report(const char *what, int failed)
{
    printf("%s: %d\n", what, failed ? errno : 0);
}

int main(void)
{
    int32_t fd = 0;
    report("passwd", open("/etc/passwd", O_RDONLY) < 0);
    report("dotdot", open("../secret", O_RDONLY) < 0);
    report("readonly", open("input", O_WRONLY) < 0);
    report("symlink", symlink("input", "link") < 0);
    report("close root", close(3) < 0);
    report("stdin write", write(0, "x", 1) < 0);
    report("accept", accept(0, 0, 0) < 0);
    printf("raw absolute: %d\n", raw_open(3, 0, "/etc/passwd", 11, 0, 2, 0, 0, &fd));
    printf("raw dotdot: %d\n", raw_open(3, 0, "a/../../b", 9, 0, 2, 0, 0, &fd));
    printf("raw socket: %d\n", raw_recv(0, 0, 0, 0, 0, 0));
    return 0;
}
