// SPDX-License-Identifier: Apache-2.0
// f64 divisions and square roots: five bodies under gravity.
#include <stdint.h>
#include <string.h>

#define BODIES 5

static double p[BODIES][3], v[BODIES][3], m[BODIES];

uint64_t run(void) {
  for (int i = 0; i < BODIES; i++) {
    m[i] = i == 0 ? 40 : 1.0 / (4 << i);
    for (int d = 0; d < 3; d++) {
      p[i][d] = i == 0 ? 0 : (double)((i * 37 + d * 17) % 23 - 11) + 0.25 * i;
      v[i][d] = i == 0 ? 0 : (double)((i * 13 + d * 29) % 19 - 9) / 8;
    }
  }
  const double dt = 0.001;
  for (int step = 0; step < 1500000; step++) {
    for (int i = 0; i < BODIES; i++) {
      for (int j = i + 1; j < BODIES; j++) {
        double x = p[i][0] - p[j][0], y = p[i][1] - p[j][1], z = p[i][2] - p[j][2];
        double square = x * x + y * y + z * z + 0.01, force = dt / (square * __builtin_sqrt(square));
        v[i][0] -= x * m[j] * force;
        v[i][1] -= y * m[j] * force;
        v[i][2] -= z * m[j] * force;
        v[j][0] += x * m[i] * force;
        v[j][1] += y * m[i] * force;
        v[j][2] += z * m[i] * force;
      }
    }
    for (int i = 0; i < BODIES; i++) {
      for (int d = 0; d < 3; d++) p[i][d] += dt * v[i][d];
    }
  }
  uint64_t hash = 0;
  for (int i = 0; i < BODIES; i++) {
    for (int d = 0; d < 3; d++) {
      uint64_t bits;
      memcpy(&bits, &p[i][d], 8);
      hash = hash * 31 + bits;
    }
  }
  return hash;
}
