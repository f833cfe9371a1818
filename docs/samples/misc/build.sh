#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the modules of this folder with Debian's clang and wasi-libc (packages: clang lld wasi-libc libclang-rt-dev-wasm32).
set -eu
cd "$(dirname "$0")"
for source in *.c; do
    clang --target=wasm32-wasi --sysroot=/usr -Os -std=c11 -Wall -Wextra -Werror -Wl,--strip-all -o "${source%.c}.wasm" "$source"
done
