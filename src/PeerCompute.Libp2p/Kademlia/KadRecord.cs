// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Errors;

namespace PeerCompute.Libp2p.Kademlia;

/// <summary>A value under a key, as it lies at the peers closest to the key (libp2p/specs kad-dht).</summary>
/// <param name="Key">The key, <c>/namespace/…</c>.</param>
/// <param name="Value">The value.</param>
/// <param name="TimeReceived">When its holder got it, RFC 3339, as the holder says; empty when it does not.</param>
public sealed record KadRecord(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, ReadOnlyMemory<byte> TimeReceived)
{
    /// <summary>Longest value, bytes: with the closest peers an answer stays below <see cref="KadMessage.MaxLength"/>.</summary>
    public const int MaxValue = 32 * 1024;

    private const int MaxTime = 64;

    internal byte[] Encode() => new ProtoWriter().Bytes(1, Key.Span).Bytes(2, Value.Span).Bytes(5, TimeReceived.Span).ToArray();

    internal static KadRecord Decode(ReadOnlySpan<byte> bytes)
    {
        byte[] key = [], value = [], time = [];
        var reader = new ProtoReader(bytes, maxFields: 32);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: key = reader.Bytes("record key", KadMessage.MaxKey).ToArray(); break;
                case 2: value = reader.Bytes("record value", MaxValue).ToArray(); break;
                case 5: time = reader.Bytes("record time", MaxTime).ToArray(); break;
                default: reader.Skip(); break;
            }
        }

        if (key.Length == 0) throw new WireException("record key", "missing");
        return new KadRecord(key, value, time);
    }
}
