// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;
using PeerCompute.Libp2p.Kademlia;

namespace PeerCompute.Simulator.Overlays;

/// <summary>What a message of the DHT without a value takes on a stream, counted instead of encoded; a test compares both.</summary>
internal static class KadSize
{
    /// <summary>Bytes, with the length that goes before.</summary>
    public static int Of(KadMessage message)
    {
        var size = Field(message.Key.Length) + (message.Type == 0 ? 0 : 2);
        foreach (var peer in message.CloserPeers) size += Field(Peer(peer));
        foreach (var peer in message.ProviderPeers) size += Field(Peer(peer));
        return size + Varint(size);
    }

    private static int Peer(KadPeer peer)
    {
        var size = Field(PeerId.Length);
        foreach (var address in peer.Addresses) size += Field(address.Bytes.Length);
        return size;
    }

    private static int Field(int length) => 1 + Varint(length) + length;

    private static int Varint(int value)
    {
        var bytes = 1;
        for (var left = (uint)value >> 7; left > 0; left >>= 7) bytes++;
        return bytes;
    }
}
