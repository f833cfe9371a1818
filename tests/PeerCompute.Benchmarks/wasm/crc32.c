// SPDX-License-Identifier: Apache-2.0
// Bytes and table look-ups: CRC-32 (reflected polynomial 0xEDB88320), a byte at a time.
#include <stdint.h>

#define SIZE (1 << 20)

static uint8_t data[SIZE];
static uint32_t table[256];

uint64_t run(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t crc = i;
    for (int k = 0; k < 8; k++) crc = crc & 1 ? 0xEDB88320u ^ (crc >> 1) : crc >> 1;
    table[i] = crc;
  }
  uint32_t x = 1;
  for (int i = 0; i < SIZE; i++) {
    x = x * 1664525u + 1013904223u;
    data[i] = (uint8_t)(x >> 24);
  }
  uint64_t all = 0;
  for (int round = 0; round < 24; round++) {
    uint32_t crc = ~(uint32_t)round;
    for (int i = 0; i < SIZE; i++) crc = table[(crc ^ data[i]) & 255] ^ (crc >> 8);
    all = all * 3 + ~crc;
  }
  return all;
}
