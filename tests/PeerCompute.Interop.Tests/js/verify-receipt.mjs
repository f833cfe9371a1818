// SPDX-License-Identifier: Apache-2.0
// A second opinion on receipts, written from docs/protocol/receipt.md: node:crypto, no package, no line of the C# program.
// node verify-receipt.mjs FILE... prints a verdict a line, exit code 1 when one is refused; --lines: base64 on standard input, a receipt a line.
import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'

// Each message's fields: number, name (*most: repeated), type, bounds. u number, h hash, o hash or none, p peer id, b bytes, t text, f file name,
// a multiaddress, Message, x one of several messages. A content key, Blob's 4, may not stand in a receipt; fail and cancel close no lease.
const bound = (text = '', [, base, power = 1, less = 0] = text.match(/^(\d+)(?:\^(\d+))?(-1)?$/) ?? [0, 0]) => BigInt(base) ** BigInt(power) + BigInt(less)
const SCHEMA = Object.fromEntries(`
Envelope: 1 key b 36 36, 2 type b 1 64, 3 payload b 0 2^26, 5 signature b 64 64 / Header: 1 version u 1 1, 2 start u, 3 salt u, 4 sequence u, 5 context h,
6 rules h, 7 time_ms u 0 2^63-1 / Blob: 1 plain h, 2 size u 0 2^30, 3 root h / Limits: 1 memory_bytes u 65536 2^32, 2 fuel u 1 2^50, 3 wall_ms u 1 604800000,
4 output_bytes u 1 2^26 / Terms: 1 by u 1 2, 2 replicas u 0 5 / Contact: 1 peer p, 2 addresses*4 a / Price: 1 unit t, 2 per_task_micro u 0 2^46,
3 settlement u 1 1 / Placement: 1 tasks_per_lease u 1 1024, 2 parallel u 1 1024, 3 region t, 4 retain_ms u 0 2592000000 /
Offer: 1 header Header, 2 issuer p, 3 steward p, 4 spec_hash h,
5 class t, 6 semantics t, 7 tasks u 1 100000, 8 limits Limits, 9 module_bytes u 1 2^30, 10 input_bytes u 0 2^38, 11 deadline_ms u 1 2^63-1,
12 bid_end_ms u 1 2^63-1, 13 price_ceiling_micro u 0 2^46, 14 verification Terms, 15 price Price, 16 placement Placement, 17 sealing_key b 32 32,
18 start_ppm u 1 1000000, 19 double_ms u 1 2^32-1, 20 via*4 Contact / Bid: 1 header Header, 2 offer_id h, 3 worker p, 4 per_task_micro u 0 2^46,
5 slots u 1 1024, 6 valid_until_ms u 1 2^63-1, 7 sealing_key b 32 32, 8 semantics t, 9 isolation t, 10 addresses*4 a / Named: 1 name f, 2 blob Blob /
Spec: 1 name t, 2 module Blob, 3 args*256 t 0 4096, 4 env*256 t 0 4096, 5 inputs*256 Named, 6 outputs*256 f, 7 limits Limits, 8 tasks u 1 100000, 9 salt h,
10 secrets_hash o /
Lease: 1 lease_id h, 2 job_id h, 3 offer_id h, 4 bid_hash h, 5 award_number u 0 2^32-1, 6 issuer p, 7 steward p, 8 worker p, 9 first_task u 0 99999,
10 task_count u 1 1024, 11 slot u 0 7, 12 nonce_hash h, 13 semantics t, 14 verification Terms, 15 price Price, 16 placement Placement,
17 start_by_ms u 1 2^63-1, 18 result_by_ms u 1 2^63-1, 19 confirm_by_ms u 1 2^63-1, 20 spec_hash h, 21 limits Limits, 22 sealing_key b 32 32, 23 pool_root h,
24 drawn_from o, 25 drawn_place u 0 255 / Entry: 1 header Header, 2 previous o, 3 seen o, 10 award x Award, 11 accept x Empty, 12 started x Empty,
13 commit x Commit, 14 reveal x Reveal, 15 opening x Opening, 16 verdict x Verdict, 17 close x Close, 18 settled x Settled / Empty: / Award: 1 lease Lease,
2 sealed_spec b 1 133840, 3 pool*256 p / Commit: 1 root h, 2 done u 1 1024 / Reveal: 1 nonce h / Leaf: 1 task u 0 99999, 2 output_hash h, 3 cipher_root h,
4 key_hash h, 5 size u 0 2^30, 6 fuel u 0 2^50, 7 run_ms u 0 604800000,
8 cpu_ms u 0 154828800000, 9 peak_memory_bytes u 0 2^34 / Opening: 1 salt h, 2 leaves*1024 Leaf, 3 sealed_keys b 1 32896 /
Finding: 1 task u 0 99999, 2 outcome u 1 3, 3 recomputed o / Verdict: 1 seed h, 2 confirmer p, 3 tasks*1024 Finding / Close: 1 accepted u 0 1024,
2 due_micro u 0 2^56 / Settled: 1 due_micro u 0 2^56 / Receipt: 1 header Header, 2 issuer p, 3 job_name t, 4 offer b 1 8368, 5 tasks u 1 100000,
6 tasks_root h, 7 task*100000 Task, 8 lease*100000 Shown, 9 share*100000 Share, 10 total_micro u, 11 total_fuel u, 12 confirmed_by t,
13 submitted_ms u 0 2^63-1, 14 ended_ms u 0 2^63-1, 15 input*256 Input, 16 module_hash h, 17 spec b 1 131072 / Input: 1 name f, 2 hash h /
Task: 1 task u 0 99999, 2 lease_id h, 3 worker p, 4 output_hash h, 5 fuel u 0 2^50, 6 size u 0 2^30 / Shown: 1 lease_id h, 2 worker p, 3 bid b 1 4272,
4 issuer_chain*16 b 1 524464, 5 worker_chain*16 b 1 524464 / Share: 1 to p, 2 micro u, 3 why t
`.split(' /').map(m => m.trim().split(':')).map(([message, fields]) => [message, fields.split(',').map(f => f.trim().split(/[* ]/)).filter(f => f[0])
  .map(([n, name, ...rest]) => [n, name, ...(/^\d/.test(rest[0]) ? rest : [0, ...rest])]).map(([n, name, most, type, a, b = { u: '2^64-1' }[type] ?? '255']) =>
    ({ n: BigInt(n), name, most: Number(most), type: /[A-Z]/.test(type) ? 'm' : type, inner: a ?? type, least: bound(a), top: bound(b) }))]))
const check = (holds, why) => { if (!holds) throw new Error(why) }
const same = (a, b) => typeof a === 'bigint' ? a === b : Buffer.compare(a.raw ?? a, b?.raw ?? b ?? Buffer.alloc(0)) === 0
const match = (what, a, b) => { for (const name in b) check(same(a[name], b[name]), `${what}.${name}: is not what it follows from`) }
const sha = (...parts) => createHash('sha256').update(Buffer.concat(parts.map(p => Buffer.from(p)))).digest()
const u64 = n => { const b = Buffer.alloc(8); b.writeBigUInt64BE(BigInt(n)); return b }
const hash = (label, ...fields) => sha(...[Buffer.from(label), ...fields.map(f => Buffer.isBuffer(f) ? f : u64(f))].flatMap(f => [u64(f.length), f]))
const leaf = content => sha([0], content), ascending = list => list.every((b, i) => i === 0 || Buffer.compare(list[i - 1], b) < 0)
const merkle = (leaves, half = 2 ** Math.ceil(Math.log2(leaves.length) - 1)) => leaves.length < 2 ? leaves[0] ?? sha()
  : sha([1], merkle(leaves.slice(0, half)), merkle(leaves.slice(half)))
// A multiaddress, byte for byte.
const x = n => '\\x' + n.toString(16).padStart(2, '0'), long = n => n < 128 ? x(n) : x(n - 128 | 128) + x(1)
const sized = (byte, most, head) => '(?:' + Array.from({ length: most }, (_, i) => head(i + 1) + byte + `{${i + 1}}`).join('|') + ')'
const ADDRESS = new RegExp('^(?:\\x04[^]{4}|(?:\\x06|\\x91\\x02)[^]{2}|\\x29[^]{16}|\\xa2\\x02|[\\xc0\\xcd\\xdd\\xde]\\x03|' +
  `\\x90\\x03${sized('[^]', 255, long)}|(?:[\\x2a\\x35-\\x38]|\\xc1\\x03)${sized('[^/\\0]', 255, long)}|` +
  `\\xa5\\x03(?:\\x22\\x12\\x20[^]{32}|${sized('[^]', 42, n => x(n + 2) + x(0) + x(n))})){1,16}$`)
const text = v => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(v), within = (size, f) => BigInt(size) >= f.least && BigInt(size) <= f.top
const FITS = { u: within, b: (v, f) => within(v.length, f), h: v => v.length === 32 && v.some(b => b), o: v => v.length === 0 || FITS.h(v),
  p: v => v.length === 38 && v.toString('hex', 0, 6) === '002408011220' && FITS.h(v.subarray(6)),
  t: (v, f) => within(v.length, f) && !text(v).includes('\0'), f: (v, f) => FITS.t(v, f) && !['', '.', '..'].includes(text(v)) && !/[/\\\p{Cc}]/u.test(text(v)),
  a: v => v.length <= 512 && ADDRESS.test(v.toString('latin1')), m: v => v !== undefined, x: () => true }
function varint (bytes, at, low = 0n, i = 0) {
  const b = bytes[at + i], value = low | BigInt(b & 127) << BigInt(7 * i)
  check(b !== undefined && (i < 9 || b < 2) && (i === 0 || b > 0), 'a varint is cut short, too long or not the shortest')
  return b < 128 ? [value, at + i + 1] : varint(bytes, at, value, i + 1)
}
/** Reads a message in its one encoding: fields in order, once, none unknown, none that says its default, shortest varints. */
function read (message, bytes) {
  const out = { raw: bytes }, fields = SCHEMA[message]
  for (const f of fields) out[f.name] = f.most ? [] : f.type === 'u' ? 0n : 'mx'.includes(f.type) ? undefined : Buffer.alloc(0)
  for (let at = 0, last = 0n, tag, value; at < bytes.length; last = tag >> 3n) {
    [tag, at] = varint(bytes, at)
    const f = fields.find(f => f.n === tag >> 3n && (tag & 7n) === (f.type === 'u' ? 0n : 2n));
    [value, at] = varint(bytes, at)
    check(f && (f.n > last || (f.n === last && f.most)) && (f.type !== 'u' || value > 0n), `${message}: field ${tag >> 3n} is not in its one encoding`)
    if (f.type !== 'u') {
      check(value <= bytes.length - at && (value > 0n || f.most || 'mx'.includes(f.type)), `${message}.${f.name}: cut short, or empty but written`)
      value = bytes.subarray(at, at += Number(value))
    }
    if ('mx'.includes(f.type)) value = read(f.inner, value)
    f.most ? check(out[f.name].push(value) <= f.most, `${message}.${f.name}: too many`) : out[f.name] = value
  }
  for (const f of fields) for (const v of f.most ? out[f.name] : [out[f.name]]) check(FITS[f.type](v, f), `${message}.${f.name}: out of bounds`)
  check(message !== 'Terms' || (out.by === 1n) === (out.replicas < 2n) && (out.by === 2n || out.replicas === 0n), 'Terms.replicas: do not fit')
  return out
}
// Ed25519, strictly: A and R with y below 2^255 - 19 and none of the eight points of small order; OpenSSL itself wants S below the order.
const P = 2n ** 255n - 19n, little = b => BigInt('0x' + Buffer.from(b).reverse().toString('hex'))
const SMALL = [0n, 1n, P - 1n, ...['26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'].map(y => little(Buffer.from(y, 'hex')))]
const strict = point => [little(point) & 2n ** 255n - 1n].every(y => y < P && !SMALL.includes(y))
const size = n => Buffer.from(n < 128 ? [n] : [n % 128 + 128, ...size(Math.floor(n / 128))])
function open (bytes, type, limit) {
  const e = read('Envelope', bytes), signer = Buffer.concat([Buffer.of(0, 36), e.key]), key = e.key.subarray(4)
  check(FITS.p(signer) && e.payload.length <= limit && same(e.type, Buffer.from('/peercompute/' + type)), `${type}: key, size or payload type`)
  check(strict(key) && strict(e.signature.subarray(0, 32)), `${type}: a signature that is not strict`)
  const publicKey = createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]), format: 'der', type: 'spki' })
  const signed = Buffer.concat([Buffer.from('peercompute/1'), e.type, e.payload].flatMap(p => [size(p.length), p]))
  check(verify(null, signed, publicKey, e.signature), `${type}: not a signature of its signer`)
  return { signer, payload: e.payload, hash: sha(bytes) }
}
const RULES = hash('peercompute/1/rules', Buffer.from('peercompute rules 1: two chains per lease; commit before reveal; ' +
  'full re-execution by the issuer, or replicas drawn after the commit; bilateral promise; accepted outputs are kept until collected'))
// The one way in which a lease closes: what each side signs, and the place in the other's chain of the entry that it saw last.
const CHAINS = { issuer: { award: -1, reveal: 2, verdict: 3, close: 3 }, worker: { accept: 0, started: 0, commit: 0, opening: 1, settled: 3 } }
function readLease (shown, receipt, offer, offerId) {
  const envelope = open(shown.bid, 'bid', 4096), bid = read('Bid', envelope.payload)
  const links = { issuer: shown.issuer_chain.map(b => open(b, 'entry', 524288)), worker: shown.worker_chain.map(b => open(b, 'entry', 524288)) }
  check(links.issuer.length === 4 && [4, 5].includes(links.worker.length), 'lease: not closed')
  const { award } = read('Entry', links.issuer[0].payload), lease = { ...award?.lease }, none = Buffer.alloc(0)
  for (const [side, other] of [['issuer', links.worker], ['worker', links.issuer]]) {
    for (const [i, { signer, payload, hash }] of links[side].entries()) {
      const entry = read('Entry', payload), [kind, seen] = Object.entries(CHAINS[side])[i]
      check(SCHEMA.Entry.every(f => f.type !== 'x' || !entry[f.name] === (f.name !== kind)), `${kind}: out of turn`)
      match(kind, { signer, ...entry }, { signer: lease[side], previous: links[side][i - 1]?.hash ?? none, seen: other[seen]?.hash ?? none })
      match(kind + '.header', entry.header, { context: lease.lease_id, rules: RULES, sequence: BigInt(i) })
      lease[kind] = { ...entry[kind], hash }
    }
  }
  const { commit, reveal, opening: { salt, leaves }, verdict, close, lease_id: id, first_task: from, task_count: count, verification: { by, replicas } } = lease
  match('bid', { ...bid, ...bid.header }, { worker: envelope.signer, offer_id: offerId, semantics: offer.semantics, context: offerId, rules: RULES })
  match('lease', shown, { lease_id: id, worker: lease.worker })
  match('lease', { ...lease, ...lease.price }, { per_task_micro: bid.per_task_micro, unit: offer.price.unit, worker: bid.worker,
    issuer: receipt.issuer, job_id: receipt.header.context, offer_id: offerId, bid_hash: hash('peercompute/1/bid', envelope.signer, envelope.payload),
    lease_id: hash('peercompute/1/lease-id', offerId, lease.bid_hash, lease.award_number), pool_root: merkle(award.pool.map(leaf)),
    nonce_hash: hash('peercompute/1/nonce', reveal.nonce), steward: offer.steward, spec_hash: offer.spec_hash,
    limits: offer.limits, semantics: offer.semantics, verification: offer.verification, placement: offer.placement })
  check(bid.per_task_micro <= offer.price_ceiling_micro && count <= offer.placement.tasks_per_lease && from + count <= offer.tasks, 'lease: price or range')
  check(lease.slot > 0n ? lease.drawn_from.length && by === 2n : !lease.drawn_from.length && lease.drawn_place === 0n, 'lease: slot')
  check(lease.start_by_ms <= lease.result_by_ms && lease.result_by_ms <= lease.confirm_by_ms, 'lease: deadlines')
  check(ascending(award.pool) && (by === 1n ? !award.pool.length : award.pool.length > replicas && award.pool.some(p => same(p, lease.worker))), 'award.pool')
  lease.seed = hash('peercompute/1/draw-seed', id, reveal.nonce, commit.hash)
  match('verdict', verdict, { seed: lease.seed, confirmer: lease.issuer })
  check(commit.done <= count && [leaves, verdict.tasks].every(t => BigInt(t.length) === commit.done), 'opening, verdict: other tasks than committed')
  match('commit', commit, { root: merkle(leaves.map(l =>
    leaf(hash('peercompute/1/commit-leaf', id, lease.worker, salt, l.task, l.output_hash, l.cipher_root, l.key_hash, l.size, l.fuel)))) })
  for (const [i, { task, outcome, recomputed }] of verdict.tasks.entries()) {
    const l = leaves[i], fits = [, same(recomputed, l.output_hash), recomputed.length && !same(recomputed, l.output_hash), !recomputed.length][outcome]
    check(fits && task === from + BigInt(i) && l.task === task && l.fuel <= lease.limits.fuel, `verdict.tasks[${i}]: outcome, place or fuel`)
  }
  const accepted = BigInt(verdict.tasks.filter(t => t.outcome === 1n).length), due = accepted * lease.price.per_task_micro
  match('close', close, { accepted, due_micro: due })
  check(!lease.settled || lease.settled.due_micro === due, 'settled.due_micro: is not that of the close')
  return { ...lease, pool: award.pool, leaves, findings: verdict.tasks, due }
}
/** The order in which a pool's members are asked: Fisher and Yates' shuffle, each step unbiased by rejection. */
function draw ({ pool, seed, worker, issuer, steward }) {
  const left = pool.filter(p => ![worker, issuer, steward].some(e => same(e, p)))
  for (let i = 0, count = 0, number; i < left.length - 1; i++) {
    const bound = BigInt(left.length - i), fair = 2n ** 64n - 1n - (2n ** 64n - 1n) % bound
    do number = hash('peercompute/1/draw', seed, count++).readBigUInt64BE(); while (number >= fair)
    const other = i + Number(number % bound); [left[i], left[other]] = [left[other], left[i]]
  }
  return left
}
function checkReplicas (leases) {
  const sets = new Map(leases.filter(l => l.slot === 0n).map(l => [l.lease_id.toString('hex'), [l]]))
  for (const l of leases.filter(l => l.slot > 0n)) {
    const set = sets.get(l.drawn_from.toString('hex')), first = set?.[0]
    check(first && set.every(o => o.slot !== l.slot && !same(o.worker, l.worker)), 'replica: no first lease, or slot or worker twice')
    match('replica', l, { pool_root: first.pool_root, first_task: first.first_task, task_count: first.commit.done })
    check(same(l.worker, draw(first)[l.drawn_place]), `replica: is not in place ${l.drawn_place} of the draw`)
    set.push(l)
  }
  for (const set of sets.values()) {
    check(![set[0].issuer, set[0].steward].some(p => same(p, set[0].worker)), 'first worker: is the issuer or its steward')
    for (const f of set.flatMap(l => l.findings).filter(f => f.outcome !== 3n)) {
      const votes = set.filter(l => l.leaves.some(o => o.task === f.task && same(o.output_hash, f.recomputed))).length
      const alone = set.every(l => l.findings.every(o => o.task !== f.task || o.outcome === 3n || same(o.recomputed, f.recomputed)))
      check(alone && votes >= set[0].verification.replicas, `task ${f.task}: two outputs, or one with too few votes`)
    }
  }
}
function verifyReceipt (file) {
  const envelope = open(file, 'receipt', 2 ** 26), r = read('Receipt', envelope.payload)
  const offerEnvelope = open(r.offer, 'offer', 8192), offer = read('Offer', offerEnvelope.payload), spec = read('Spec', r.spec)
  const offerId = hash('peercompute/1/offer-id', offerEnvelope.signer, offerEnvelope.payload), specHash = hash('peercompute/1/spec', r.spec)
  match('receipt', { ...r, ...r.header }, { issuer: envelope.signer, tasks: spec.tasks, job_name: spec.name, module_hash: spec.module.plain,
    ended_ms: r.header.time_ms, context: hash('peercompute/1/job-id', r.issuer, specHash), sequence: 1n, rules: RULES })
  match('offer', { signer: offerEnvelope.signer, ...offer, ...offer.header }, { signer: r.issuer, issuer: r.issuer, tasks: r.tasks, spec_hash: specHash,
    limits: spec.limits, context: r.header.context, rules: RULES })
  const once = names => new Set(names.map(text)).size === names.length
  check(r.input.length === spec.inputs.length && once(spec.inputs.map(i => i.name)) && once(spec.outputs), 'receipt.input, spec: other inputs, or a name twice')
  for (const [i, input] of spec.inputs.entries()) match('input', r.input[i], { name: input.name, hash: input.blob.plain })
  match('receipt', r, { confirmed_by: Buffer.from(offer.verification.by === 1n ? 'the client itself'
    : `${offer.verification.replicas} workers with equal outputs, all but the first drawn from its pool`) })
  const leases = r.lease.map(shown => readLease(shown, r, offer, offerId))
  check(ascending(leases.map(l => Buffer.concat([u64(l.award_number), l.lease_id]))), 'receipt.lease: order')
  if (offer.verification.by === 2n) checkReplicas(leases)
  const done = new Map(), owed = new Map(), least = n => n < 2n ** 64n ? n : 2n ** 64n - 1n
  for (const l of leases) {
    for (const [i, { task, output_hash, fuel, size }] of l.leaves.entries())
      if (l.findings[i].outcome === 1n && !done.has(task)) done.set(task, { task, lease_id: l.lease_id, worker: l.worker, output_hash, fuel, size })
    if (l.due) owed.set(l.worker.toString('hex'), (owed.get(l.worker.toString('hex')) ?? 0n) + l.due)
  }
  check(BigInt(r.task.length) === r.tasks && r.share.length === owed.size, 'receipt.task, receipt.share: how many')
  for (const [i, task] of r.task.entries()) match(`task ${i}`, task, done.get(BigInt(i)) ?? check(false, `task ${i}: accepted in no lease`))
  for (const [i, to] of [...owed.keys()].sort().entries())
    match('share', r.share[i], { to: Buffer.from(to, 'hex'), micro: least(owed.get(to)), why: Buffer.from('work') })
  match('receipt', r, { total_micro: least([...owed.values()].reduce((a, b) => a + b, 0n)), total_fuel: least(r.task.reduce((a, t) => a + t.fuel, 0n)),
    tasks_root: merkle(r.task.map(t => leaf(hash('peercompute/1/receipt-task', t.task, t.lease_id, t.worker, t.output_hash, t.fuel, t.size)))) })
}
const judge = file => { try { verifyReceipt(file); return 'ok' } catch (e) { process.exitCode = 1; return `refused: ${e.message}` } }
if (process.argv[2] !== '--lines') for (const name of process.argv.slice(2)) console.log(`${name}: ${judge(readFileSync(name))}`)
else for (const line of readFileSync(0, 'latin1').split('\n').slice(0, -1)) console.log(judge(Buffer.from(line, 'base64')))
