#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the test programs with Debian's clang, lld and wasi-libc; the built modules are kept beside their sources.
set -eu
cd "$(dirname "$0")"
for source in *.c; do
    clang --target=wasm32-wasi --sysroot=/usr -Os -Wl,--strip-all -o "${source%.c}.wasm" "$source"
done
