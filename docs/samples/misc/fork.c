// SPDX-License-Identifier: Apache-2.0
// Wants a function that WASI preview 1 does not have: the module must be refused before it runs.
__attribute__((import_module("env"), import_name("fork"))) int host_fork(void);

int main(void) { return host_fork() < 0; }
