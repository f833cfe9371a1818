#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the test programs with Debian's clang, lld, wasi-libc, rustc and libstd-rust-dev-wasm32; the built modules are kept beside their sources.
set -eu
cd "$(dirname "$0")"
for source in *.c; do
    clang --target=wasm32-wasi --sysroot=/usr -Os -Wl,--strip-all -o "${source%.c}.wasm" "$source"
done
for source in *.rs; do
    rustc --target wasm32-wasi -C opt-level=s -C lto -C panic=abort -C strip=symbols -o "${source%.rs}.wasm" "$source"
done
