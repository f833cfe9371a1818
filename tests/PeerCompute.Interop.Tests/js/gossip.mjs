// SPDX-License-Identifier: Apache-2.0
// Gossipsub of the js peer: the service and its commands.
import { gossipsub } from '@libp2p/gossipsub'
import { sha256 } from 'multiformats/hashes/sha2'

/** The message id of the specification: author, then sequence number (js-libp2p itself takes the public key for the author). */
function messageId (message) {
  if (message.type !== 'signed') return sha256.digest(message.data).digest
  const from = message.from.toMultihash().bytes
  const id = new Uint8Array(from.length + 8)
  id.set(from)
  new DataView(id.buffer).setBigUint64(from.length, message.sequenceNumber)
  return id
}

export const gossipService = (options = {}) => gossipsub({
  globalSignaturePolicy: 'StrictSign',
  allowPublishToZeroTopicPeers: true,
  emitSelf: false,
  fallbackToFloodsub: false,
  scoreParams: { IPColocationFactorWeight: 0 }, // every peer of a test is at 127.0.0.1
  msgIdFn: messageId,
  ...options
})

export function gossipCommands (node) {
  const pubsub = node.services.pubsub
  const received = new Map() // topic → payloads in base64, in order
  pubsub.addEventListener('message', ({ detail }) => {
    if (!received.has(detail.topic)) received.set(detail.topic, [])
    received.get(detail.topic).push(Buffer.from(detail.data).toString('base64'))
  })
  return {
    subscribe: async ({ topic }) => { pubsub.subscribe(topic); return {} },
    unsubscribe: async ({ topic }) => { pubsub.unsubscribe(topic); return {} },
    publish: async ({ topic, data }) => {
      const { recipients } = await pubsub.publish(topic, new Uint8Array(Buffer.from(data, 'base64')))
      return { recipients: recipients.map(String) }
    },
    mesh: async ({ topic }) => ({ mesh: pubsub.getMeshPeers(topic), subscribers: pubsub.getSubscribers(topic).map(String) }),
    received: async ({ topic }) => ({ data: received.get(topic) ?? [] }),
    scores: async () => ({ scores: Object.fromEntries(pubsub.getPeers().map((peer) => [peer.toString(), pubsub.getScore(peer.toString())])) })
  }
}
