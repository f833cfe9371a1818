// SPDX-License-Identifier: Apache-2.0
// Ten js-libp2p nodes in one process publish on one topic as fast as they take it; prints { delivered, expected, seconds, cpuMs }. For benchmarks.
// Usage: node gossip-rate.mjs SECONDS BYTES
import { createLibp2p } from 'libp2p'
import { tcp } from '@libp2p/tcp'
import { noise } from '@libp2p/noise'
import { yamux } from '@libp2p/yamux'
import { identify } from '@libp2p/identify'
import { gossipService } from './gossip.mjs'

const count = 10
const neighbours = 4 // that each node dials
const outstanding = 2000 // deliveries
const topic = '/bench/1'
const [seconds, bytes] = process.argv.slice(2).map(Number)
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

const nodes = await Promise.all(Array.from({ length: count }, () => createLibp2p({
  addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
  transports: [tcp()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionManager: { inboundConnectionThreshold: 1e6, maxIncomingPendingConnections: 1e4 },
  connectionMonitor: { enabled: false },
  services: { identify: identify(), pubsub: gossipService() }
})))
for (let i = 0; i < count; i++) {
  for (let k = 1; k <= neighbours; k++) await nodes[i].dial(nodes[(i + k) % count].getMultiaddrs())
}

let delivered = 0
for (const node of nodes) {
  node.services.pubsub.subscribe(topic)
  node.services.pubsub.addEventListener('message', () => { delivered++ })
}
while (nodes.some((node) => node.services.pubsub.getMeshPeers(topic).length < 4)) await sleep(50)

const payload = new Uint8Array(bytes)
const cpu = process.cpuUsage()
const began = performance.now()
let published = 0
while (performance.now() - began < seconds * 1000) {
  if (published * (count - 1) - delivered > outstanding) await sleep(0)
  else await nodes[published++ % count].services.pubsub.publish(topic, payload)
}
const expected = published * (count - 1)
for (let i = 0; i < 100 && delivered < expected; i++) await sleep(50)
const took = (performance.now() - began) / 1000
const { user, system } = process.cpuUsage(cpu)
console.log(JSON.stringify({ delivered, expected, seconds: took, cpuMs: (user + system) / 1000 }))
process.exit(0)
