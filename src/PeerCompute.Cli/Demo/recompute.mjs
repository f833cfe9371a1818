// SPDX-License-Identifier: Apache-2.0
// Runs one task of a job in V8, with none of our code: node recompute.mjs < REQUEST. Prints {"sha256", "size"} of the task's bundle, or {"reason"}.
// REQUEST: {"module": PATH, "args": [], "env": ["A=b"], "inputs": [{"name", "path", "offset", "length"}], "outputs": [NAME]}.
// The host is WASI preview 1 as docs/wasm.md section 7 has it, without folders, clocks (they count fuel) and randomness (its seed is the job's).
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const BADF = 8, EXIST = 20, INVAL = 28, NOENT = 44, NOTDIR = 54, NOTSUP = 58, SPIPE = 70, ACCES = 2, NOTCAPABLE = 76, ISDIR = 31, NAMETOOLONG = 37;
const STREAM = 0, FOLDER = 3, FILE = 4; // file types of preview 1; streams are of unknown type
const MOST_STDOUT = 32768; // of standard output only the end goes into a bundle
const RIGHT_READ = 2n, RIGHT_SEEK = 36n, RIGHT_WRITE = 64n, ALL_RIGHTS = (1n << 30n) - 1n;

class Refused extends Error {}

class Exit extends Error {
  constructor(code) { super(`exit ${code}`); this.code = code; }
}

/** A file that grows. */
class Bytes {
  constructor(data = new Uint8Array(0), readOnly = false) { Object.assign(this, { data, size: data.length, readOnly }); }
  write(at, bytes) {
    if (at + bytes.length > this.data.length) {
      const larger = new Uint8Array(Math.max(2 * this.data.length, at + bytes.length));
      larger.set(this.data.subarray(0, this.size));
      this.data = larger;
    }
    this.data.set(bytes, at);
    this.size = Math.max(this.size, at + bytes.length);
  }
  get content() { return this.data.subarray(0, this.size); }
}

class Host {
  constructor({ args = [], env = [], inputs = [] }) {
    this.args = ['program', ...args].map((text) => Buffer.from(`${text}\0`));
    this.env = env.map((text) => Buffer.from(`${text}\0`));
    this.files = new Map();
    this.inputs = new Map(inputs.map((input) => [input.name, input]));
    this.stdout = new Bytes();
    this.open = [0, 1, 2].map((n) => ({ type: STREAM, file: [new Bytes(), this.stdout, new Bytes()][n], at: 0, read: n === 0, write: n !== 0 }));
    this.open.push({ type: FOLDER });
  }

  get view() { return new DataView(this.memory.buffer); }
  bytes(at, length) { return new Uint8Array(this.memory.buffer, at >>> 0, length >>> 0); }
  put32(at, value) { this.view.setUint32(at >>> 0, value, true); }
  put64(at, value) { this.view.setBigUint64(at >>> 0, BigInt(value), true); }

  name(at, length) {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(this.bytes(at, length));
    return text.split('/').filter((part) => part && part !== '.').join('/');
  }

  vectors(at, count) {
    const list = [];
    for (let i = 0; i < count; i++) list.push(this.bytes(this.view.getUint32((at >>> 0) + 8 * i, true), this.view.getUint32((at >>> 0) + 8 * i + 4, true)));
    return list;
  }

  sizes(strings, count, total) {
    this.put32(count, strings.length);
    this.put32(total, strings.reduce((sum, text) => sum + text.length, 0));
    return 0;
  }

  strings(strings, pointers, at) {
    strings.forEach((text, i) => {
      this.put32(pointers + 4 * i, at);
      this.bytes(at, text.length).set(text);
      at += text.length;
    });
    return 0;
  }

  file(name) {
    const input = this.inputs.get(name);
    if (!this.files.has(name) && input) {
      const data = new Uint8Array(input.length), descriptor = openSync(input.path);
      if (readSync(descriptor, data, 0, data.length, input.offset) !== data.length) throw new Refused(`${input.path} is shorter than it was`);
      closeSync(descriptor);
      this.files.set(name, new Bytes(data, true));
    }
    return this.files.get(name);
  }

  stat(target, type, size) {
    this.bytes(target, 64).fill(0);
    this.view.setUint8((target >>> 0) + 16, type);
    this.put64(target + 24, 1);
    this.put64(target + 32, size);
    return 0;
  }

  imports() {
    const h = this;
    return {
      args_sizes_get: (count, total) => h.sizes(h.args, count, total),
      args_get: (pointers, at) => h.strings(h.args, pointers, at),
      environ_sizes_get: (count, total) => h.sizes(h.env, count, total),
      environ_get: (pointers, at) => h.strings(h.env, pointers, at),
      proc_exit: (code) => { throw new Exit(code >>> 0); },
      sched_yield: () => 0,
      fd_prestat_get: (fd, target) => {
        if (fd !== 3) return BADF;
        h.put32(target, 0);
        h.put32(target + 4, 1);
        return 0;
      },
      fd_prestat_dir_name: (fd, at, length) => {
        if (fd !== 3) return BADF;
        if (length < 1) return NAMETOOLONG;
        h.bytes(at, 1)[0] = 47;
        return 0;
      },
      fd_close: (fd) => {
        if (!h.open[fd]) return BADF;
        if (fd === 3) return NOTSUP;
        h.open[fd] = undefined;
        return 0;
      },
      fd_fdstat_get: (fd, target) => {
        const d = h.open[fd];
        if (!d) return BADF;
        const none = d.type === FOLDER ? RIGHT_READ | RIGHT_WRITE | RIGHT_SEEK
          : (d.read ? 0n : RIGHT_READ) | (d.write ? 0n : RIGHT_WRITE) | (d.type === STREAM ? RIGHT_SEEK : 0n);
        h.bytes(target, 24).fill(0);
        h.view.setUint8(target >>> 0, d.type);
        h.view.setUint16((target >>> 0) + 2, d.append ? 1 : 0, true);
        h.put64(target + 8, ALL_RIGHTS & ~none);
        h.put64(target + 16, d.type === FOLDER ? ALL_RIGHTS : 0n);
        return 0;
      },
      fd_fdstat_set_flags: (fd, flags) => {
        if (!h.open[fd]) return BADF;
        h.open[fd].append = (flags & 1) !== 0;
        return 0;
      },
      fd_filestat_get: (fd, target) => (h.open[fd] ? h.stat(target, h.open[fd].type, h.open[fd].type === FILE ? h.open[fd].file.size : 0) : BADF),
      path_filestat_get: (fd, flags, at, length, target) => {
        const name = h.name(at, length), file = h.file(name);
        return name === '' ? h.stat(target, FOLDER, 0) : file ? h.stat(target, FILE, file.size) : NOENT;
      },
      fd_seek: (fd, offset, whence, target) => {
        const d = h.open[fd];
        if (!d) return BADF;
        if (d.type !== FILE) return d.type === FOLDER ? ISDIR : SPIPE;
        const at = [0, d.at, d.file.size][whence] + Number(offset);
        if (!(at >= 0)) return INVAL;
        d.at = at;
        h.put64(target, at);
        return 0;
      },
      fd_tell: (fd, target) => h.imports().fd_seek(fd, 0n, 1, target),
      fd_read: (fd, vectors, count, target) => {
        const d = h.open[fd];
        if (!d) return BADF;
        if (d.type === FOLDER) return ISDIR;
        if (!d.read) return NOTCAPABLE;
        let total = 0;
        for (const buffer of h.vectors(vectors, count)) {
          const part = d.file.content.subarray(d.at, d.at + buffer.length);
          buffer.set(part);
          d.at += part.length;
          total += part.length;
          if (part.length < buffer.length) break;
        }
        h.put32(target, total);
        return 0;
      },
      fd_write: (fd, vectors, count, target) => {
        const d = h.open[fd];
        if (!d) return BADF;
        if (d.type === FOLDER) return ISDIR;
        if (!d.write) return NOTCAPABLE;
        let total = 0;
        for (const buffer of h.vectors(vectors, count)) {
          if (d.append) d.at = d.file.size;
          d.file.write(d.at, buffer);
          d.at += buffer.length;
          total += buffer.length;
        }
        h.put32(target, total);
        return 0;
      },
      path_open: (fd, look, at, length, how, rights, inheriting, flags, target) => {
        if (h.open[fd]?.type !== FOLDER) return h.open[fd] ? NOTDIR : BADF;
        const name = h.name(at, length);
        let file = h.file(name);
        if (name.includes('/') || name.includes('..')) throw new Refused(`it opens ${name}, and this host has no folders`);
        const [create, folder, fresh, cut] = [1, 2, 4, 8].map((bit) => (how & bit) !== 0);
        const write = (rights & RIGHT_WRITE) !== 0n || cut;
        if (name === '' || folder) throw new Refused('it opens a folder');
        if (file && create && fresh) return EXIST;
        if (file?.readOnly && (write || create)) return ACCES;
        if (!file && !create) return NOENT;
        if (!file) h.files.set(name, file = new Bytes());
        if (cut) file.size = 0;
        const free = h.open.findIndex((d) => !d), place = free < 0 ? h.open.length : free;
        h.open[place] = { type: FILE, file, at: 0, read: (rights & RIGHT_READ) !== 0n, write, append: (flags & 1) !== 0 };
        h.put32(target, place);
        return 0;
      },
    };
  }
}

// The bundle of peercompute/v1/lease.proto, TaskBundle: exit_code = 1, fault = 2, files = 3 {name = 1, content = 2}, stdout = 4.
const varint = (n) => (n < 128 ? [n] : [(n % 128) + 128, ...varint(Math.floor(n / 128))]);
const field = (number, bytes, always = false) =>
  (bytes.length || always ? Buffer.concat([Buffer.from([number * 8 + 2, ...varint(bytes.length)]), bytes]) : Buffer.alloc(0));

function bundle(code, host, outputs) {
  if (host.stdout.size > MOST_STDOUT) throw new Refused(`it prints more than ${MOST_STDOUT} bytes`);
  const files = (code ? [] : [...outputs]).sort((a, b) => (a < b ? -1 : 1)).map((name) => {
    const file = host.files.get(name);
    if (!file || file.readOnly) throw new Refused(`it did not write ${name}`);
    return field(3, Buffer.concat([field(1, Buffer.from(name)), field(2, file.content)]), true);
  });
  return Buffer.concat([code ? Buffer.from([8, ...varint(code)]) : Buffer.alloc(0), ...files, field(4, host.stdout.content)]);
}

function recompute(request) {
  const module = new WebAssembly.Module(readFileSync(request.module));
  const host = new Host(request), offered = host.imports();
  const wanted = WebAssembly.Module.imports(module).filter(({ module: from }) => from === 'wasi_snapshot_preview1').map(({ name }) => name);
  const refuse = (name) => () => { throw new Refused(`it calls ${name}`); };
  const imports = Object.fromEntries(wanted.map((name) => [name, offered[name] ?? refuse(name)]));
  const { exports } = new WebAssembly.Instance(module, { wasi_snapshot_preview1: imports });
  host.memory = exports.memory;
  let code = 0;
  try {
    exports._start();
  } catch (end) {
    if (!(end instanceof Exit)) throw end;
    code = end.code;
  }
  const bytes = bundle(code, host, request.outputs ?? []);
  return { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length };
}

let answer;
try {
  answer = recompute(JSON.parse(readFileSync(0, 'utf8')));
} catch (error) {
  answer = { reason: error instanceof Refused ? `the program cannot be run here: ${error.message}` : `${error.name}: ${error.message}` };
}
console.log(JSON.stringify(answer));
