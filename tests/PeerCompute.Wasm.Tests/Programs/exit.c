// SPDX-License-Identifier: Apache-2.0
// Ends as its first argument says.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int depth(int n, volatile char *above)
{
    volatile char here[64];
    here[0] = (char)n;
    return depth(n + 1, here) + here[0] + above[0];
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "";
    if (!strcmp(how, "code"))
        exit(7);
    if (!strcmp(how, "abort"))
        abort();
    if (!strcmp(how, "loop"))
        for (volatile int i = 0;; i++)
            ;
    if (!strcmp(how, "deep"))
        return depth(0, (volatile char *)"");
    if (!strcmp(how, "memory")) {
        int blocks = 0;
        for (void *volatile block; (block = malloc(1 << 20));)
            blocks++;
        printf("%d\n", blocks);
    }
    if (!strcmp(how, "flood"))
        for (int i = 0; i < 100000; i++)
            if (puts("0123456789012345678901234567890123456789") < 0 || fflush(stdout))
                return 9;
    return 0;
}
