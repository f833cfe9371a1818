// SPDX-License-Identifier: Apache-2.0
// Copies a file, moves the copy into a new folder, seeks in it and cuts it.
#include <stdio.h>
#include <unistd.h>
#include <sys/stat.h>

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    FILE *in = fopen(argv[1], "rb"), *out = fopen("part", "wb");
    if (!in || !out)
        return 3;
    char buffer[1000];
    size_t n;
    while ((n = fread(buffer, 1, sizeof buffer, in)) > 0)
        if (fwrite(buffer, 1, n, out) != n)
            return 4;
    if (fclose(out) || mkdir("made", 0777) || rename("part", argv[2]))
        return 5;
    FILE *again = fopen(argv[2], "r+b");
    if (!again || fseek(again, -1, SEEK_END) || fputc('!', again) != '!' || fclose(again))
        return 6;
    struct stat st;
    if (stat(argv[2], &st))
        return 7;
    printf("%lld bytes\n", (long long)st.st_size);
    return unlink("gone") == 0 || rmdir("made") == 0;
}
