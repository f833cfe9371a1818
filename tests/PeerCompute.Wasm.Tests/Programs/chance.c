// SPDX-License-Identifier: Apache-2.0
// Prints random bytes and the clocks, sleeps, prints the monotonic clock again.
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(void)
{
    unsigned char bytes[20];
    if (getentropy(bytes, sizeof bytes))
        return 1;
    for (unsigned i = 0; i < sizeof bytes; i++)
        printf("%02x", bytes[i]);
    struct timespec real, before, after;
    clock_gettime(CLOCK_REALTIME, &real);
    clock_gettime(CLOCK_MONOTONIC, &before);
    sleep(3);
    clock_gettime(CLOCK_MONOTONIC, &after);
    printf("\n%lld\n%lld\n", (long long)real.tv_sec, (long long)(after.tv_sec - before.tv_sec));
    return 0;
}
