// SPDX-License-Identifier: Apache-2.0
// f32 streams: y = a x + y.
#include <stdint.h>
#include <string.h>

#define SIZE 100000

static float x[SIZE], y[SIZE];

uint64_t run(void) {
  for (int i = 0; i < SIZE; i++) {
    x[i] = (float)(i % 1000) / 8;
    y[i] = (float)(i % 77) / 4;
  }
  for (int round = 0; round < 600; round++) {
    float a = (float)(round % 17 - 8) / 16;
    for (int i = 0; i < SIZE; i++) y[i] = a * x[i] + y[i];
  }
  uint64_t hash = 0;
  for (int i = 0; i < SIZE; i++) {
    uint32_t bits;
    memcpy(&bits, &y[i], 4);
    hash = hash * 31 + bits;
  }
  return hash;
}
