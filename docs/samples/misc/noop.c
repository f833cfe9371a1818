// SPDX-License-Identifier: Apache-2.0
// Ends at once with exit code 0; with an argument, with that exit code.
#include <stdlib.h>

int main(int argc, char **argv) { return argc > 1 ? atoi(argv[1]) : 0; }
