// SPDX-License-Identifier: Apache-2.0
// program.mjs MODULE FOLDER OUTPUT ARGUMENT...: runs a command on V8 once for each line read, over a folder as its root, standard output into a file, and
// answers the seconds of processor time that it took and the SHA-256 of what it wrote.
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { WASI } from 'node:wasi';

const [file, folder, output, ...args] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(file));
for await (const _ of createInterface({ input: process.stdin })) {
  const stdout = openSync(output, 'w');
  const wasi = new WASI({ version: 'preview1', args: ['program', ...args], preopens: { '/': folder }, stdout, returnOnExit: true });
  const from = process.cpuUsage();
  wasi.start(new WebAssembly.Instance(module, { wasi_snapshot_preview1: wasi.wasiImport }));
  const used = process.cpuUsage(from);
  try {
    closeSync(stdout);
  } catch {
    // The program has closed it.
  }
  const hash = createHash('sha256').update(readFileSync(output)).digest('hex');
  process.stdout.write(`${((used.user + used.system) / 1e6).toFixed(9)} ${hash}\n`);
}
