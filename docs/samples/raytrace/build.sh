#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds raytrace.wasm with Debian's clang and wasi-libc (packages: clang lld wasi-libc libclang-rt-dev-wasm32).
set -eu
cd "$(dirname "$0")"
clang --target=wasm32-wasi --sysroot=/usr -O3 -std=c11 -Wall -Wextra -Werror -ffp-contract=off \
    -Wl,--strip-all -Wl,-z,stack-size=65536 -o raytrace.wasm raytrace.c
