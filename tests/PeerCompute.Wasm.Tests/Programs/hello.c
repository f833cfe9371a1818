// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        printf("%s\n", argv[i]);
    const char *name = getenv("NAME");
    printf("hello %s\n", name ? name : "nobody");
    fprintf(stderr, "to stderr\n");
    return 0;
}
