// SPDX-License-Identifier: Apache-2.0
// The first half of the lines against the second: prints for each line the one whose vector is closest. node match.mjs TEXTS VECTORS
import { readFileSync } from 'node:fs';

const read = name => readFileSync(name, 'utf8').split('\n').slice(0, -1);
const texts = read(process.argv[2]), vectors = read(process.argv[3]).map(line => line.split(' ').map(Number)), half = texts.length / 2;
for (let i = 0; i < half; i++) {
  let [best, at] = [-1, i];
  for (let j = half; j < texts.length; j++) {
    const cosine = vectors[i].reduce((sum, x, k) => sum + x * vectors[j][k], 0);
    if (cosine > best) [best, at] = [cosine, j];
  }
  console.log(`${best.toFixed(3)}  ${texts[i]}  |  ${texts[at]}`);
}
