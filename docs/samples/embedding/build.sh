#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Makes the folder runtime/ that the job's tasks see: ONNX Runtime for Node from npm, of its platforms Linux on x64 alone, the model and the program.
set -euo pipefail
cd "$(dirname "$0")"
out=${1:-runtime}
mkdir -p "$out"
cp package.json package-lock.json embed.mjs "$out"/
# Its install script would fetch libraries for NVIDIA's cards; those for processors are in the package.
(cd "$out" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null)
find "$out"/node_modules -mindepth 1 -maxdepth 1 ! -name 'onnxruntime-*' -exec rm -rf {} +
rm -rf "$out"/node_modules/onnxruntime-node/{lib,script} "$out"/node_modules/onnxruntime-node/bin/napi-v6/{darwin,win32,linux/arm64}
find "$out"/node_modules \( -name '*.map' -o -name '*.d.ts' -o -path '*/dist/esm' -o -name '*.min.js' \) -exec rm -rf {} +
node model.mjs "$out"/model.onnx
