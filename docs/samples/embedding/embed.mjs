// SPDX-License-Identifier: Apache-2.0
// Prints the vector of each line of a file, one line each, computed by ONNX Runtime. node embed.mjs FILE
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const ort = createRequire(import.meta.url)('onnxruntime-node');
const ROWS = 1 << 14, BATCH = 32;

// The n-grams of three to five letters of a text, each as a row of the model's table (FNV-1a).
function grams(text) {
  const letters = [...` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim()} `], rows = [];
  for (let n = 3; n <= 5; n++) {
    for (let i = 0; i + n <= letters.length; i++) {
      let hash = 0x811c9dc5;
      for (const byte of Buffer.from(letters.slice(i, i + n).join(''))) hash = Math.imul(hash ^ byte, 0x01000193);
      rows.push((hash >>> 0) % ROWS);
    }
  }
  return rows.length > 0 ? rows : [0];
}

const lines = readFileSync(process.argv[2], 'utf8').split('\n').slice(0, -1);
const session = await ort.InferenceSession.create(new URL('model.onnx', import.meta.url).pathname, { intraOpNumThreads: 1, interOpNumThreads: 1 });
for (let at = 0; at < lines.length; at += BATCH) {
  const batch = lines.slice(at, at + BATCH).map(grams), most = Math.max(...batch.map(rows => rows.length));
  const rows = new BigInt64Array(batch.length * most), weights = new Float32Array(batch.length * most);
  batch.forEach((list, text) => list.forEach((row, i) => { rows[text * most + i] = BigInt(row); weights[text * most + i] = 1 / list.length; }));
  const dims = [batch.length, most];
  const { vectors } = await session.run({ grams: new ort.Tensor('int64', rows, dims), weights: new ort.Tensor('float32', weights, dims) });
  const width = vectors.dims[1];
  for (let text = 0; text < batch.length; text++)
    console.log([...vectors.data.subarray(text * width, (text + 1) * width)].map(x => x.toFixed(6)).join(' '));
  console.error(`::progress ${Math.min(100, ((at + BATCH) * 100) / lines.length).toFixed(1)}`);
}
