#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds sieve.wasm and nbody.wasm with Debian's clang and Rust (packages: clang lld wasi-libc libclang-rt-dev-wasm32 rustc
# libstd-rust-dev-wasm32); build.sh FOLDER writes them there.
set -eu
cd "$(dirname "$0")"
to=${1:-.}
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

clang --target=wasm32-wasi --sysroot=/usr -mexec-model=reactor -Os -std=c11 -Wall -Wextra -Werror -I. -Wl,--strip-all \
    -o "$to/sieve.wasm" sieve.c

/usr/bin/rustc --target wasm32-wasi --edition 2021 -D warnings -C opt-level=s -C panic=abort -C codegen-units=1 \
    --crate-type rlib --crate-name peercompute_step -o "$made/libpeercompute_step.rlib" peercompute-step/src/lib.rs
/usr/bin/rustc --target wasm32-wasi --edition 2021 -D warnings -C opt-level=s -C lto -C panic=abort -C strip=symbols -C codegen-units=1 \
    --crate-type cdylib --extern "peercompute_step=$made/libpeercompute_step.rlib" -o "$to/nbody.wasm" nbody.rs
