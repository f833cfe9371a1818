#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints 240 titles of goods: 120 as one shop writes them, then the same goods in the same order as another one does.
awk 'BEGIN {
  goods = split("kettle lamp chair bicycle blanket hammer teapot wardrobe mirror telescope", good)
  first = split("vel tor min sal bru kes", a); second = split("ona ix ardo umi", b)
  for (i = 0; i < 120; i++) {
    maker[i] = a[1 + i % first] b[1 + int(i / 7) % second]; number[i] = 1000 + (i * 2377) % 9000
    printf "%s%s %s %d\n", toupper(substr(maker[i], 1, 1)), substr(maker[i], 2), good[1 + i % goods], number[i]
  }
  for (i = 0; i < 120; i++) printf "NEW: %s (%s-%s), in stock\n", good[1 + i % goods], toupper(maker[i]), number[i]
}'
