// SPDX-License-Identifier: Apache-2.0
// Lists folders with kinds and inode numbers.
#include <dirent.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        DIR *dir = opendir(argv[i]);
        if (!dir) {
            perror(argv[i]);
            return 1;
        }
        for (struct dirent *e; (e = readdir(dir));)
            printf("%s %d %016llx\n", e->d_name, e->d_type, (unsigned long long)e->d_ino);
        closedir(dir);
    }
    return 0;
}
