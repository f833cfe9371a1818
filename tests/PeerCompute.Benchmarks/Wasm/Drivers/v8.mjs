// SPDX-License-Identifier: Apache-2.0
// Runs a kernel's module on V8 once for each line read and answers the seconds of processor time that it took and its checksum.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { WASI } from 'node:wasi';

const wasi = new WASI({ version: 'preview1' });
const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: wasi.wasiImport });
wasi.initialize(instance);
for await (const _ of createInterface({ input: process.stdin })) {
  const from = process.cpuUsage();
  const sum = instance.exports.run();
  const used = process.cpuUsage(from);
  const seconds = (used.user + used.system) / 1e6;
  process.stdout.write(`${seconds.toFixed(9)} ${BigInt.asUintN(64, sum).toString(16)}\n`);
}
