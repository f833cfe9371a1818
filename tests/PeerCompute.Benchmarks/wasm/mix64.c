// SPDX-License-Identifier: Apache-2.0
// 64-bit integers: xoshiro256** and SplitMix64 mixed, with divisions now and then.
#include <stdint.h>

static uint64_t rotl(uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }

uint64_t run(void) {
  uint64_t a = 1, b = 2, c = 3, d = 4, sum = 0, z = 5;
  for (uint32_t i = 0; i < 30000000; i++) {
    uint64_t result = rotl(b * 5, 7) * 9, t = b << 17;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotl(d, 45);
    z += 0x9E3779B97F4A7C15ull;
    uint64_t y = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    sum += result ^ (y ^ (y >> 27));
    if ((i & 63) == 0) sum ^= result / ((y >> 40) + 1);
  }
  return sum;
}
