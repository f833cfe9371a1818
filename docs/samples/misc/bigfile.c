// SPDX-License-Identifier: Apache-2.0
// Writes the output file "big.bin" of 256 MiB and returns 4 where a write fails.
#include <fcntl.h>
#include <unistd.h>

int main(void) {
    static char block[1 << 16];
    int file = open("big.bin", O_CREAT | O_WRONLY | O_TRUNC, 0644);
    if (file < 0) return 5;
    for (int i = 0; i < 1 << 12; i++)
        if (write(file, block, sizeof block) < 0) return 4;
    return close(file) == 0 ? 0 : 4;
}
