// SPDX-License-Identifier: Apache-2.0
// Takes memory and touches it until none is given, then says how much it had. Exit code 3.
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    size_t mebibytes = 0;
    for (volatile char *block; (block = malloc(1 << 20)) != NULL; mebibytes++) block[0] = block[(1 << 20) - 1] = 1;
    printf("%zu MiB, then malloc failed\n", mebibytes);
    return 3;
}
