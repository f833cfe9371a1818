// SPDX-License-Identifier: Apache-2.0
// Branches that nothing predicts, recursion, loads and stores: quicksort with insertion sort for short runs.
#include <stdint.h>

#define SIZE 1000000

static int32_t data[SIZE];

static void sort(int32_t *first, int32_t *last) {
  while (last - first > 16) {
    int32_t *i = first, *j = last - 1, pivot = first[(last - first) / 2];
    while (i <= j) {
      while (*i < pivot) i++;
      while (*j > pivot) j--;
      if (i <= j) {
        int32_t t = *i;
        *i++ = *j;
        *j-- = t;
      }
    }
    if (j + 1 - first < last - i) {
      sort(first, j + 1);
      first = i;
    } else {
      sort(i, last);
      last = j + 1;
    }
  }
  for (int32_t *i = first + 1; i < last; i++) {
    int32_t value = *i, *k = i;
    for (; k > first && k[-1] > value; k--) *k = k[-1];
    *k = value;
  }
}

uint64_t run(void) {
  uint32_t x = 12345;
  for (int i = 0; i < SIZE; i++) {
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    data[i] = (int32_t)x;
  }
  sort(data, data + SIZE);
  uint64_t hash = 0;
  for (int i = 0; i < SIZE; i++) hash = hash * 31 + (uint32_t)data[i];
  return hash;
}
