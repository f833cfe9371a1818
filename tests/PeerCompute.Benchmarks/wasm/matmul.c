// SPDX-License-Identifier: Apache-2.0
// f64 arithmetic and strided loads: products of matrices.
#include <stdint.h>
#include <string.h>

#define N 200

static double a[N][N], b[N][N], c[N][N];

uint64_t run(void) {
  for (int i = 0; i < N; i++) {
    for (int j = 0; j < N; j++) {
      a[i][j] = (double)((i * 7 + j * 3) % 101) / 16 - 3;
      b[i][j] = (double)((i * 5 + j * 11) % 97) / 8 - 5;
      c[i][j] = 0;
    }
  }
  for (int round = 0; round < 8; round++) {
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < N; j++) {
        double sum = 0;
        for (int k = 0; k < N; k++) sum += a[i][k] * b[k][j];
        c[i][j] = c[i][j] / 2 + sum;
      }
    }
  }
  uint64_t hash = 0;
  for (int i = 0; i < N; i++) {
    for (int j = 0; j < N; j++) {
      uint64_t bits;
      memcpy(&bits, &c[i][j], 8);
      hash = hash * 31 + bits;
    }
  }
  return hash;
}
