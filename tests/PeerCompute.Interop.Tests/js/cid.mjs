// SPDX-License-Identifier: Apache-2.0
// Reads {bytes, cid} as JSON from standard input: prints the CID that multiformats gives the bytes (base64), and what it reads in the other one.
import { CID } from 'multiformats/cid';
import * as raw from 'multiformats/codecs/raw';
import { sha256 } from 'multiformats/hashes/sha2';

let text = '';
for await (const piece of process.stdin) text += piece;

const { bytes, cid } = JSON.parse(text);
const made = CID.createV1(raw.code, await sha256.digest(Buffer.from(bytes, 'base64')));
const read = CID.parse(cid);
const digest = Buffer.from(read.multihash.digest).toString('hex');
console.log(JSON.stringify({ made: made.toString(), version: read.version, codec: read.code, hash: read.multihash.code, digest }));
