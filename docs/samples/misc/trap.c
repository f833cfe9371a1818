// SPDX-License-Identifier: Apache-2.0
// Executes `unreachable`.
int main(void) { __builtin_trap(); }
