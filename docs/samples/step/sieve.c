/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts the primes below LIMIT, one segment of SEGMENT numbers a step. Memory grows with the primes found, the table of counts is appended to a
 * file that stays open, and a note of how far it came is replaced at every step.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peercompute_step.h"

static uint32_t *primes;
static size_t count, room;
static uint32_t limit, segment, next = 2;
static unsigned char *marked;
static FILE *table;

static uint32_t setting(const char *name, uint32_t otherwise)
{
    const char *text = getenv(name);
    return text ? (uint32_t)strtoul(text, NULL, 10) : otherwise;
}

static void keep(uint32_t prime)
{
    if (count == room) {
        room = room ? 2 * room : 1024;
        primes = realloc(primes, room * sizeof *primes);
        if (!primes)
            abort();
    }
    primes[count++] = prime;
}

static void note(void)
{
    FILE *file = fopen("progress.new", "w");
    if (!file)
        abort();
    fprintf(file, "below %u there are %zu primes\n", next, count);
    if (fclose(file) || rename("progress.new", "progress.txt"))
        abort();
}

void peercompute_init(void)
{
    limit = setting("LIMIT", 1000000);
    segment = setting("SEGMENT", 65536);
    marked = malloc(segment);
    table = fopen("table.csv", "w");
    if (!marked || !table || segment < 4)
        abort();
    fputs("below,primes\n", table);
}

int32_t peercompute_step(void)
{
    uint64_t end = (uint64_t)next + segment < limit ? (uint64_t)next + segment : limit;
    memset(marked, 0, segment);
    for (size_t i = 0; i < count && (uint64_t)primes[i] * primes[i] < end; i++) {
        uint64_t multiple = ((uint64_t)next + primes[i] - 1) / primes[i] * primes[i];
        for (; multiple < end; multiple += primes[i])
            marked[multiple - next] = 1;
    }
    for (uint64_t n = next; n < end; n++) {
        if (marked[n - next])
            continue;
        keep((uint32_t)n);
        for (uint64_t multiple = n * n; multiple < end; multiple += n)
            marked[multiple - next] = 1;
    }
    next = (uint32_t)end;
    fprintf(table, "%u,%zu\n", next, count);
    note();
    if (next < limit)
        return PEERCOMPUTE_GO_ON;
    if (fclose(table))
        abort();
    return PEERCOMPUTE_DONE;
}
