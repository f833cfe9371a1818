// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Libp2p.Gossip;

namespace PeerCompute.Simulator.Overlays;

/// <summary>What a gossip RPC takes on a stream, counted instead of encoded; a test compares both.</summary>
internal static class RpcSize
{
    /// <summary>Bytes, with the length that goes before.</summary>
    public static int Of(GossipRpc rpc)
    {
        var size = 0;
        foreach (var message in rpc.Messages) size += Field(message.Bytes.Length);
        if (rpc.HasControl || rpc.Haves.Length + rpc.Wants.Length + rpc.DontWants.Length > 0) size += Subscriptions(rpc) + Control(rpc);
        return size + Varint(size);
    }

    private static int Subscriptions(GossipRpc rpc)
    {
        var size = 0;
        foreach (var (_, topic) in rpc.Subscriptions) size += Field(2 + Text(topic));
        return size;
    }

    private static int Control(GossipRpc rpc)
    {
        const int id = 2 + MessageId.Length;
        var size = 0;
        foreach (var (topic, ids) in rpc.Haves) size += Field(Text(topic) + (ids.Length * id));
        if (rpc.Wants.Length > 0) size += Field(rpc.Wants.Length * id);
        if (rpc.DontWants.Length > 0) size += Field(rpc.DontWants.Length * id);
        foreach (var topic in rpc.Grafts) size += Field(Text(topic));
        foreach (var (topic, backoff) in rpc.Prunes) size += Field(Text(topic) + (backoff == 0 ? 0 : 1 + Varint(backoff)));
        return size == 0 ? 0 : Field(size);
    }

    private static int Text(string text) => Field(Encoding.UTF8.GetByteCount(text));

    private static int Field(int length) => 1 + Varint(length) + length;

    private static int Varint(int value)
    {
        var bytes = 1;
        for (var left = (uint)value >> 7; left > 0; left >>= 7) bytes++;
        return bytes;
    }
}
