// SPDX-License-Identifier: Apache-2.0
// Writes model.onnx, a small model of our own making: texts whose letters are alike get vectors that are alike. node model.mjs FILE
//
// Each n-gram of a text is a row of a table of random numbers; the rows are averaged, go through a hidden layer of random weights, and the result
// gets length 1. Random projections keep angles nearly as they are (Johnson and Lindenstrauss, 1984), so it needs no training.
// Fields by the numbers of onnx.proto (ONNX IR 8).
import { writeFileSync } from 'node:fs';

const ROWS = 1 << 14, WIDTH = 64, HIDDEN = 256;
const FLOAT = 1, INT64 = 7;

// Wire format of protocol buffers.
function varint(n) {
  const bytes = [];
  for (n = BigInt(n); n > 127n; n >>= 7n) bytes.push(Number(n & 127n) | 128);
  return Buffer.from([...bytes, Number(n)]);
}
const number = (field, n) => Buffer.concat([varint(field << 3), varint(n)]);
const bytes = (field, value) => { const b = Buffer.from(value); return Buffer.concat([varint(field << 3 | 2), varint(b.length), b]); };
const message = (field, ...parts) => bytes(field, Buffer.concat(parts));

// Random numbers that are the same everywhere: xorshift32, evenly from -1 to 1, scaled by a power of two.
let state = 0x9e3779b9;
function random(count, scale) {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    state ^= state << 13; state ^= state >>> 17; state ^= state << 5;
    values[i] = (state / 0x80000000) * scale;
  }
  return Buffer.from(values.buffer);
}

const tensor = (name, type, dims, raw) => message(5, ...dims.map(d => number(1, d)), number(2, type), bytes(8, name), bytes(9, raw));
const int = (name, value) => message(5, bytes(1, name), number(3, value), number(20, 2));
const ints = (name, values) => message(5, bytes(1, name), ...values.map(v => number(8, v)), number(20, 7));
const node = (op, inputs, output, ...attributes) =>
  message(1, ...inputs.map(i => bytes(1, i)), bytes(2, output), bytes(3, output), bytes(4, op), ...attributes);
const shape = dims => message(2, ...dims.map(d => message(1, typeof d === 'string' ? bytes(2, d) : number(1, d))));
const value = (field, name, type, ...dims) => message(field, bytes(1, name), message(2, message(1, number(1, type), shape(dims))));

const axis = Buffer.from(BigInt64Array.of(1n).buffer);
const graph = [
  node('Gather', ['table', 'grams'], 'rows', int('axis', 0)),
  node('Unsqueeze', ['weights', 'last'], 'columns'),
  node('Mul', ['rows', 'columns'], 'weighted'),
  node('ReduceSum', ['weighted', 'axis'], 'mean', int('keepdims', 0)),
  node('MatMul', ['mean', 'w1'], 'inner'),
  node('Tanh', ['inner'], 'hidden'),
  node('MatMul', ['hidden', 'w2'], 'outer'),
  node('ReduceL2', ['outer'], 'length', ints('axes', [1]), int('keepdims', 1)),
  node('Div', ['outer', 'length'], 'vectors'),
  bytes(2, 'ngrams'),
  tensor('table', FLOAT, [ROWS, WIDTH], random(ROWS * WIDTH, 1)),
  tensor('w1', FLOAT, [WIDTH, HIDDEN], random(WIDTH * HIDDEN, 1 / 4)),
  tensor('w2', FLOAT, [HIDDEN, WIDTH], random(HIDDEN * WIDTH, 1 / 8)),
  tensor('axis', INT64, [1], axis),
  tensor('last', INT64, [1], Buffer.from(BigInt64Array.of(2n).buffer)),
  value(11, 'grams', INT64, 'texts', 'most'),
  value(11, 'weights', FLOAT, 'texts', 'most'),
  value(12, 'vectors', FLOAT, 'texts', WIDTH),
];
writeFileSync(process.argv[2] ?? 'model.onnx', Buffer.concat([number(1, 8), bytes(2, 'peercompute'), message(7, ...graph), message(8, number(2, 13))]));
