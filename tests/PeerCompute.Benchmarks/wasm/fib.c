// SPDX-License-Identifier: Apache-2.0
// Calls: the Fibonacci numbers by recursion.
#include <stdint.h>

static __attribute__((noinline)) uint32_t fib(uint32_t n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

uint64_t run(void) { return fib(35); }
