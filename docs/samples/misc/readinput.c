// SPDX-License-Identifier: Apache-2.0
// Copies the input file argv[1] to the output file argv[2], then tries to overwrite the input.
// Exit code 0: copied, and the input could not be written; 7: the input could be written.
#include <fcntl.h>
#include <unistd.h>

int main(int argc, char **argv) {
    static char block[1 << 16];
    if (argc != 3) return 2;
    int in = open(argv[1], O_RDONLY), out = open(argv[2], O_CREAT | O_WRONLY | O_TRUNC, 0644);
    if (in < 0 || out < 0) return 5;
    for (ssize_t n; (n = read(in, block, sizeof block)) > 0;)
        if (write(out, block, (size_t)n) != n) return 4;
    close(in);
    if (close(out) != 0) return 4;
    int again = open(argv[1], O_WRONLY);
    if (again >= 0 && write(again, "overwritten", 11) > 0) return 7;
    return unlink(argv[1]) == 0 ? 7 : 0;
}
