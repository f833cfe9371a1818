// SPDX-License-Identifier: Apache-2.0
// Rotations and additions of 32 bits: SHA-256 (FIPS 180-4). The constants are derived: fractional parts of roots of the first primes.
#include <stdint.h>

static uint32_t k[64], initial[8];

static uint32_t rotr(uint32_t x, int n) { return (x >> n) | (x << (32 - n)); }

// The first 32 bits of the fraction of the square (or cube) root of p, found bit by bit in integers.
static uint32_t fraction(uint32_t p, int cube) {
  uint64_t whole = 1;
  while (cube ? (whole + 1) * (whole + 1) * (whole + 1) <= p : (whole + 1) * (whole + 1) <= p) whole++;
  uint64_t root = whole << 32;
  for (int bit = 31; bit >= 0; bit--) {
    uint64_t next = root | (1ull << bit);
    unsigned __int128 square = (unsigned __int128)next * next;
    // For cubes the square is cut to 96 bits of which 32 are fraction: exact enough to compare, since no root is rational.
    int fits = cube ? (unsigned __int128)(uint64_t)(square >> 24) * next < ((unsigned __int128)p << 72) : square < ((unsigned __int128)p << 64);
    if (fits) root = next;
  }
  return (uint32_t)root;
}

static void block(uint32_t *h, const uint8_t *p) {
  uint32_t w[64];
  for (int i = 0; i < 16; i++) w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 | (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
  for (int i = 16; i < 64; i++) {
    uint32_t s0 = rotr(w[i - 15], 7) ^ rotr(w[i - 15], 18) ^ (w[i - 15] >> 3), s1 = rotr(w[i - 2], 17) ^ rotr(w[i - 2], 19) ^ (w[i - 2] >> 10);
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], last = h[7];
  for (int i = 0; i < 64; i++) {
    uint32_t t1 = last + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + ((e & f) ^ (~e & g)) + k[i] + w[i];
    uint32_t t2 = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    last = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  h[0] += a;
  h[1] += b;
  h[2] += c;
  h[3] += d;
  h[4] += e;
  h[5] += f;
  h[6] += g;
  h[7] += last;
}

static uint8_t data[1 << 16];

uint64_t run(void) {
  int found = 0;
  for (uint32_t p = 2; found < 64; p++) {
    int prime = 1;
    for (uint32_t q = 2; q * q <= p; q++) prime &= p % q != 0;
    if (!prime) continue;
    if (found < 8) initial[found] = fraction(p, 0);
    k[found++] = fraction(p, 1);
  }
  for (uint32_t i = 0; i < sizeof data; i++) data[i] = (uint8_t)(i * 7 + (i >> 8));
  uint32_t h[8];
  for (int i = 0; i < 8; i++) h[i] = initial[i];
  for (int round = 0; round < 300; round++) {
    for (uint32_t i = 0; i < sizeof data; i += 64) block(h, data + i);
  }
  return (uint64_t)h[0] << 32 | h[1];
}
