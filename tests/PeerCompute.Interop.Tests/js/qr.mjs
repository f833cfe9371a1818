// SPDX-License-Identifier: Apache-2.0
// Reads pictures from standard input, a JSON array of arrays of rows of '0' (light) and '1' (dark), and prints what jsQR reads in each.
import jsQR from 'jsqr';

const SCALE = 4; // pixels of one module

let text = '';
for await (const piece of process.stdin) text += piece;

const read = JSON.parse(text).map((rows) => {
  const [width, height] = [rows[0].length * SCALE, rows.length * SCALE];
  const pixels = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (rows[Math.floor(y / SCALE)][Math.floor(x / SCALE)] === '1') pixels.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  const code = jsQR(pixels, width, height, { inversionAttempts: 'dontInvert' });
  return code && { text: code.data, version: code.version, mode: code.chunks[0].type };
});

console.log(JSON.stringify(read));
