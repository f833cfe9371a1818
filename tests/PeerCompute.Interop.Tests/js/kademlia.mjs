// SPDX-License-Identifier: Apache-2.0
// Kademlia of the js peer: the service and its commands. Keys of values are text (/pc/…), keys of providers are text that is hashed into a CID.
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { peerIdFromString } from '@libp2p/peer-id'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { sha256 } from 'multiformats/hashes/sha2'

export const kademliaService = (options = {}) => kadDHT({
  protocol: '/ipfs/kad/1.0.0',
  clientMode: false,
  peerInfoMapper: passthroughMapper, // the default drops loopback addresses
  allowQueryWithZeroPeers: true,
  initialQuerySelfInterval: 200,
  validators: { pc: async () => {} },
  selectors: { pc: () => 0 },
  ...options
})

export function kademliaCommands (node) {
  const dht = node.services.dht
  const bytes = (text) => new TextEncoder().encode(text)
  const base64 = (data) => Buffer.from(data.subarray()).toString('base64')
  const cid = async (key) => CID.createV1(raw.code, await sha256.digest(bytes(key)))
  const limit = () => ({ signal: AbortSignal.timeout(30000) })
  return {
    dhtSize: async () => ({ size: dht.routingTable.size, mode: dht.getMode() }),
    put: async ({ key, value }) => {
      let stored = 0
      const errors = []
      for await (const event of dht.put(bytes(key), new Uint8Array(Buffer.from(value, 'base64')), limit())) {
        if (event.name === 'PEER_RESPONSE' && event.messageName === 'PUT_VALUE') stored++
        if (event.name === 'QUERY_ERROR') errors.push(event.error.message)
      }
      return { stored, errors }
    },
    get: async ({ key }) => {
      for await (const event of dht.get(bytes(key), limit())) if (event.name === 'VALUE') return { value: base64(event.value) }
      return { value: null }
    },
    provide: async ({ key }) => {
      const id = await cid(key)
      let sent = 0
      for await (const event of dht.provide(id, limit())) if (event.name === 'PEER_RESPONSE' && event.messageName === 'ADD_PROVIDER') sent++
      return { sent, multihash: base64(id.multihash.bytes) }
    },
    findProviders: async ({ key }) => {
      const found = new Map()
      for await (const event of dht.findProviders(await cid(key), limit())) {
        if (event.name === 'PROVIDER') for (const peer of event.providers) found.set(peer.id.toString(), peer.multiaddrs.map(String))
      }
      return { providers: Object.fromEntries(found) }
    },
    findPeer: async ({ peer }) => {
      for await (const event of dht.findPeer(peerIdFromString(peer), limit())) {
        if (event.name === 'FINAL_PEER') return { addresses: event.peer.multiaddrs.map(String) }
      }
      return { addresses: null }
    }
  }
}
