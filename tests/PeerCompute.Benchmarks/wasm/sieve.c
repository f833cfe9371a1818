// SPDX-License-Identifier: Apache-2.0
// Strided stores of bytes: the sieve of Eratosthenes.
#include <stdint.h>
#include <string.h>

#define SIZE 4000000

static uint8_t composite[SIZE];

uint64_t run(void) {
  uint64_t sum = 0;
  for (int round = 0; round < 4; round++) {
    memset(composite, 0, SIZE);
    for (uint32_t i = 2; i * i < SIZE; i++) {
      if (composite[i]) continue;
      for (uint32_t k = i * i; k < SIZE; k += i) composite[k] = 1;
    }
    for (uint32_t i = 2 + (uint32_t)round; i < SIZE; i++) sum += composite[i] ? 0 : i;
  }
  return sum;
}
