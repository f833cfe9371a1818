// SPDX-License-Identifier: Apache-2.0
// Prints a gigabyte.
#include <string.h>
#include <unistd.h>

int main(void) {
    static char block[1 << 16];
    memset(block, 'x', sizeof block);
    for (int i = 0; i < 1 << 14; i++)
        if (write(1, block, sizeof block) < 0) return 4;
    return 0;
}
