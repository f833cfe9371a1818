#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the modules of this folder with Debian's clang, wasi-libc and wabt (packages: clang lld wasi-libc libclang-rt-dev-wasm32 wabt).
set -eu
cd "$(dirname "$0")"
clang --target=wasm32-wasi --sysroot=/usr -mexec-model=reactor -Os -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -Wl,--strip-all -o files.wasm files.c
wat2wasm -o tables.wasm tables.wat
