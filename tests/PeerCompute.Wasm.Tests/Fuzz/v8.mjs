// SPDX-License-Identifier: Apache-2.0
// Runs cases on V8: one JSON object a line in, one out. References are numbers: 0 is null, a function is its index and one.
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';

const MASK = (1n << 64n) - 1n;

function mix(a, b) {
  const x = (BigInt.asUintN(64, b) ^ ((BigInt(a >>> 0) * 0x9E3779B97F4A7C15n) & MASK));
  return BigInt.asIntN(64, ((x << 23n) | (x >> 41n)) & MASK);
}

const bits = (value) => value === null ? '0'
  : typeof value === 'function' ? (Number(value.name) + 1).toString(16)
  : typeof value === 'bigint' ? BigInt.asUintN(64, value).toString(16) : (value >>> 0).toString(16);

const results = (value) => '[' + (value === undefined ? [] : Array.isArray(value) ? value : [value]).map(bits).join(' ') + ']';

function argument(text, exports) {
  const kind = text[0], value = BigInt(text.slice(1));
  if (kind === 'i') return Number(BigInt.asIntN(32, value));
  if (kind === 'l') return BigInt.asIntN(64, value);
  if (value === 0n) return null;
  return kind === 'x' ? Number(value) : exports['f' + (value - 1n)];
}

const attempt = (action) => {
  try { return action(); } catch (e) {
    if (e instanceof WebAssembly.RuntimeError) return e.message;
    if (e instanceof RangeError) return 'range: ' + e.message;
    throw e;
  }
};

function run({ hex, calls, steps }) {
  const said = { calls: [], globals: [], memory: '', tables: [] };
  let instance;
  try {
    instance = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(hex, 'hex')), { h: { f: mix } });
  } catch (e) {
    said.calls.push(e.message);
    return said;
  }
  const exports = instance.exports;
  for (const { name, args } of calls) {
    exports.steps.value = steps;
    said.calls.push(attempt(() => results(exports[name](...args.map((a) => argument(a, exports))))));
  }
  const all = exports.globals();
  said.globals = (Array.isArray(all) ? all : [all]).map((g) => results(g));
  if (exports.memory) said.memory = createHash('sha256').update(new Uint8Array(exports.memory.buffer)).digest('hex');
  for (let t = 0; exports['t' + t]; t++) {
    const table = exports['t' + t];
    said.tables.push('[' + Array.from({ length: table.length }, (_, i) => bits(table.get(i))).join(' ') + ']');
  }
  return said;
}

for await (const line of createInterface({ input: process.stdin })) process.stdout.write(JSON.stringify(run(JSON.parse(line))) + '\n');
