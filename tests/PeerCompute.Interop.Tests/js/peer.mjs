// SPDX-License-Identifier: Apache-2.0
// A js-libp2p peer that tests drive: one JSON command per line of standard input, one JSON answer per line of standard output
// ({ id, ok } or { id, error }), and events ({ event: 'ready' | 'identify' | 'connect' | 'disconnect', ... }).
// Usage: node peer.mjs '{"listen":["/ip4/127.0.0.1/tcp/0"],"gossip":{...},"dht":{...}}'; gossip and dht are options of the services,
// false leaves one out.
import { createInterface } from 'node:readline'
import { createLibp2p } from 'libp2p'
import { tcp } from '@libp2p/tcp'
import { noise } from '@libp2p/noise'
import { yamux } from '@libp2p/yamux'
import { identify, identifyPush } from '@libp2p/identify'
import { ping } from '@libp2p/ping'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { gossipService, gossipCommands } from './gossip.mjs'
import { kademliaService, kademliaCommands } from './kademlia.mjs'

const options = JSON.parse(process.argv[2] ?? '{}')
const node = await createLibp2p({
  addresses: { listen: options.listen ?? ['/ip4/127.0.0.1/tcp/0'] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionManager: { maxConnections: 1000, inboundConnectionThreshold: 1e6, maxIncomingPendingConnections: 1e4 },
  connectionMonitor: { enabled: options.monitor ?? true },
  services: {
    identify: identify(),
    identifyPush: identifyPush(),
    ping: ping(),
    ...(options.gossip === false ? {} : { pubsub: gossipService(options.gossip) }),
    ...(options.dht === false ? {} : { dht: kademliaService(options.dht) })
  }
})

const say = (message) => process.stdout.write(JSON.stringify(message) + '\n')
const signal = () => AbortSignal.timeout(60000)
const open = (peer, protocol) => node.dialProtocol(peerIdFromString(peer), protocol, { signal: signal() })
const pattern = (at, length) => Uint8Array.from({ length }, (_, i) => ((at + i) * 31) & 255)
const period = pattern(0, 65536) // the pattern repeats every 256 bytes

async function send (stream, bytes) {
  if (!stream.send(bytes)) await stream.onDrain()
}

async function echo (peer, bytes, protocol = '/test/echo/1') {
  const stream = await open(peer, protocol)
  let got = 0
  let wrong = 0
  const reading = (async () => {
    for await (const part of stream) {
      const chunk = part.subarray()
      for (let i = 0; i < chunk.length; i++) if (chunk[i] !== period[(got + i) & 65535]) wrong++
      got += chunk.length
    }
  })()
  for (let left = bytes; left > 0; left -= period.length) await send(stream, period.subarray(0, Math.min(left, period.length)))
  await stream.close()
  await reading
  return { got, wrong }
}

await node.handle('/test/echo/1', async (stream) => {
  for await (const part of stream) await send(stream, part)
  await stream.close()
}, { maxInboundStreams: 2000, maxOutboundStreams: 2000 })

await node.handle('/test/count/1', async (stream) => {
  let count = 0
  for await (const part of stream) count += part.byteLength
  await send(stream, new TextEncoder().encode(String(count)))
  await stream.close()
}, { maxInboundStreams: 2000, maxOutboundStreams: 2000 })

await node.handle('/test/reset/1', async (stream) => { stream.abort(new Error('as asked')) })

// Reads an 8-byte big-endian count, drains what follows, then sends so many bytes (libp2p/specs perf).
await node.handle('/perf/1.0.0', async (stream) => {
  const head = new Uint8Array(8)
  let have = 0
  for await (const part of stream) {
    const chunk = part.subarray()
    for (let i = 0; i < chunk.length && have < 8; i++) head[have++] = chunk[i]
  }
  for (let left = Number(new DataView(head.buffer).getBigUint64(0)); left > 0; left -= period.length) {
    await send(stream, period.subarray(0, Math.min(left, period.length)))
  }
  await stream.close()
}, { maxInboundStreams: 100 })

const commands = {
  ...(node.services.pubsub ? gossipCommands(node) : {}),
  ...(node.services.dht ? kademliaCommands(node) : {}),
  dial: async ({ address }) => {
    const connection = await node.dial(multiaddr(address), { signal: signal() })
    return { peer: connection.remotePeer.toString(), encryption: connection.encryption, muxer: connection.multiplexer }
  },
  hangup: async ({ peer }) => { await node.hangUp(peerIdFromString(peer)); return {} },
  ping: async ({ peer }) => ({ ms: await node.services.ping.ping(peerIdFromString(peer), { signal: signal() }) }),
  echo: ({ peer, bytes }) => echo(peer, bytes),
  many: async ({ peer, count, bytes }) => {
    const all = await Promise.all(Array.from({ length: count }, () => echo(peer, bytes)))
    return { right: all.filter((r) => r.got === bytes && r.wrong === 0).length }
  },
  count: async ({ peer, bytes }) => {
    const stream = await open(peer, '/test/count/1')
    await send(stream, new Uint8Array(bytes))
    await stream.close()
    let text = ''
    for await (const part of stream) text += new TextDecoder().decode(part.subarray())
    return { text }
  },
  open: async ({ peer, protocol }) => { const stream = await open(peer, protocol); stream.abort(new Error('enough')); return {} },
  read: async ({ peer, protocol }) => {
    const stream = await open(peer, protocol)
    let got = 0
    for await (const part of stream) got += part.byteLength
    return { got }
  },
  // Timed inside, for benchmarks: one stream, one direction.
  upload: async ({ peer, bytes }) => {
    const stream = await open(peer, '/perf/1.0.0')
    const began = performance.now()
    await send(stream, new Uint8Array(8))
    for (let left = bytes; left > 0; left -= period.length) await send(stream, period.subarray(0, Math.min(left, period.length)))
    await stream.close()
    for await (const _ of stream) { /* the end says that all has arrived */ }
    return { seconds: (performance.now() - began) / 1000 }
  },
  // Connections one after the other, for benchmarks.
  dials: async ({ address, seconds }) => {
    const began = performance.now()
    let count = 0
    while (performance.now() - began < seconds * 1000) {
      const connection = await node.dial(multiaddr(address), { signal: signal(), force: true })
      count++
      await connection.close()
    }
    return { count, seconds: (performance.now() - began) / 1000 }
  },
  stop: async () => { await node.stop(); return {} }
}

node.addEventListener('peer:identify', ({ detail }) => say({
  event: 'identify',
  peer: detail.peerId.toString(),
  agent: detail.agentVersion,
  protocols: detail.protocols,
  listen: detail.listenAddrs.map(String),
  observed: detail.observedAddr?.toString()
}))
node.addEventListener('peer:connect', ({ detail }) => say({ event: 'connect', peer: detail.toString() }))
node.addEventListener('peer:disconnect', ({ detail }) => say({ event: 'disconnect', peer: detail.toString() }))

say({ event: 'ready', peer: node.peerId.toString(), addresses: node.getMultiaddrs().map(String) })
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line)
  commands[message.command](message).then(
    (ok) => { say({ id: message.id, ok }); if (message.command === 'stop') process.exit(0) },
    (error) => say({ id: message.id, error: `${error.name}: ${error.message}` }))
}
process.exit(0)
