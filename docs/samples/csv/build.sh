#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds sales.wasm with Debian's Rust (packages: rustc libstd-rust-dev-wasm32 lld); build.sh FILE writes it elsewhere.
set -eu
cd "$(dirname "$0")"
/usr/bin/rustc --target wasm32-wasi --edition 2021 -D warnings -C opt-level=3 -C lto -C panic=abort -C strip=symbols -C codegen-units=1 \
    -o "${1:-sales.wasm}" sales.rs
