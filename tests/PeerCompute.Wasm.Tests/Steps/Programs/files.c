/* SPDX-License-Identifier: Apache-2.0 */
/* Leaves as much open as it can between two steps: a file without a name, a listing in progress, offsets, appending, random bytes. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wasi/api.h>

#include "../../../../docs/samples/step/peercompute_step.h"

#define STEPS 16

static int number, folder, nameless, twin, both, input;
static __wasi_dircookie_t cookie;
static char names[4096];

static void must(int good, const char *what)
{
    if (!good) {
        fprintf(stderr, "%s failed at step %d\n", what, number);
        exit(3);
    }
}

void peercompute_init(void)
{
    char name[32];
    must(mkdir("many", 0777) == 0, "mkdir");
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "many/%c%d", 'a' + i % 7, i);
        int fd = open(name, O_CREAT | O_WRONLY, 0666);
        must(fd >= 0 && write(fd, name, strlen(name)) > 0 && close(fd) == 0, "a small file");
    }
    folder = open("many", O_RDONLY | O_DIRECTORY);
    nameless = open("scratch", O_CREAT | O_RDWR, 0666);
    twin = open("scratch", O_RDONLY);
    must(folder >= 0 && nameless >= 0 && twin >= 0 && unlink("scratch") == 0, "a file without a name");
    both = open("both.log", O_CREAT | O_WRONLY | O_APPEND, 0666);
    input = open("input", O_RDONLY);
    must(both >= 0 && input >= 0, "open");
}

static void list(void)
{
    unsigned char buffer[100];
    __wasi_size_t used;
    must(__wasi_fd_readdir(folder, buffer, sizeof buffer, cookie, &used) == 0, "readdir");
    for (__wasi_size_t at = 0; at + sizeof(__wasi_dirent_t) <= used;) {
        __wasi_dirent_t entry;
        memcpy(&entry, buffer + at, sizeof entry);
        at += sizeof entry;
        if (at + entry.d_namlen > used)
            break;
        strncat(names, (char *)buffer + at, entry.d_namlen);
        strcat(names, " ");
        at += entry.d_namlen;
        cookie = entry.d_next;
    }
}

int32_t peercompute_step(void)
{
    unsigned char bytes[3000], back[16], from[5];
    char name[32];
    number++;
    must(getentropy(bytes, 256) == 0, "random");
    for (size_t i = 256; i < sizeof bytes; i++)
        bytes[i] = bytes[i - 256] + (unsigned char)i;
    must(write(nameless, bytes, sizeof bytes) == sizeof bytes, "write");
    must(read(twin, back, sizeof back) == sizeof back, "read");
    must(write(both, back, sizeof back) == sizeof back, "append");
    must(read(input, from, sizeof from) >= 0, "input");
    if (number == 11)
        folder = open("many", O_RDONLY | O_DIRECTORY), cookie = 0;
    list();
    snprintf(name, sizeof name, "many/%c%d", 'a' + number % 7, number);
    if (number % 3 == 0)
        must(unlink(name) == 0, "unlink");
    else if (number % 5 == 0)
        must(rename(name, "moved") == 0, "rename");
    if (number == 8)
        must(ftruncate(nameless, 5000) == 0 && lseek(nameless, 4000, SEEK_SET) == 4000, "truncate");
    if (number == 10)
        must(lseek(input, 0, SEEK_SET) == 0 && close(folder) == 0, "seek");
    printf("step %d\n", number);
    fflush(stdout);
    if (number < STEPS)
        return PEERCOMPUTE_GO_ON;
    int out = open("names.txt", O_CREAT | O_WRONLY, 0666);
    must(out >= 0 && write(out, names, strlen(names)) >= 0 && close(out) == 0, "names");
    return PEERCOMPUTE_DONE;
}
