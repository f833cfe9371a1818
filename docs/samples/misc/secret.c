// SPDX-License-Identifier: Apache-2.0
// Prints a 64-bit FNV-1a hash of the environment variable that argv[1] names, and with argv[2] the variable itself on standard error.
// Exit code 0: printed; 2: no such variable; 9: printed with argv[2].
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    const char *value = argc > 1 ? getenv(argv[1]) : NULL;
    if (value == NULL) return 2;
    uint64_t hash = 0xCBF29CE484222325;
    for (const char *c = value; *c; c++) hash = (hash ^ (unsigned char)*c) * 0x100000001B3;
    printf("%016llx\n", (unsigned long long)hash);
    if (argc > 2) fprintf(stderr, "%s\n", value);
    return argc > 2 ? 9 : 0;
}
