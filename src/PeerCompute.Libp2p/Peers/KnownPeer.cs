// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Libp2p.Peers;

/// <summary>What is remembered of a peer.</summary>
/// <param name="Id">The peer.</param>
/// <param name="Addresses">Where it was reached or said to listen, the best first, without the peer at the end.</param>
public sealed record KnownPeer(PeerId Id, ImmutableArray<Multiaddr> Addresses)
{
    /// <summary>When it was last connected, Unix milliseconds.</summary>
    public long SeenMs { get; init; }

    /// <summary>When it was last dialled in vain, Unix milliseconds; 0 before the first time.</summary>
    public long TriedMs { get; init; }

    /// <summary>Times that we dialled it with success, up to a million.</summary>
    public int Successes { get; init; }

    /// <summary>Times in a row that it was dialled in vain, up to a million.</summary>
    public int Failures { get; init; }

    /// <summary>Highest count kept.</summary>
    internal const int MaxCount = 1_000_000;

    internal byte[] Encode()
    {
        var writer = new ProtoWriter().Bytes(1, Id.ToBytes());
        foreach (var address in Addresses) writer.Bytes(2, address.Bytes.Span);
        return writer.Varint(3, (ulong)SeenMs).Varint(4, (ulong)TriedMs).Varint(5, (ulong)Successes).Varint(6, (ulong)Failures).ToArray();
    }

    internal static KnownPeer Decode(ReadOnlySpan<byte> bytes, int maxAddresses)
    {
        var peer = new KnownPeer(PeerId.None, []);
        var addresses = ImmutableArray.CreateBuilder<Multiaddr>();
        var reader = new ProtoReader(bytes, maxFields: maxAddresses + 8);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: peer = peer with { Id = PeerId.FromBytes(reader.Bytes("id", PeerId.Length)) }; break;
                case 2: addresses.Add(Multiaddr.Decode(reader.Bytes("address", Multiaddr.MaxLength))); break;
                case 3: peer = peer with { SeenMs = (long)Number(ref reader, "seen", long.MaxValue) }; break;
                case 4: peer = peer with { TriedMs = (long)Number(ref reader, "tried", long.MaxValue) }; break;
                case 5: peer = peer with { Successes = (int)Number(ref reader, "successes", MaxCount) }; break;
                case 6: peer = peer with { Failures = (int)Number(ref reader, "failures", MaxCount) }; break;
                default: throw new WireException("peer", $"unknown field {reader.Field}");
            }
        }

        if (peer.Id.IsNone || addresses.Count > maxAddresses) throw new WireException("peer", $"no id, or {addresses.Count} addresses, limit {maxAddresses}");
        return peer with { Addresses = addresses.DrainToImmutable() };
    }

    private static ulong Number(ref ProtoReader reader, string name, ulong most)
    {
        var value = reader.Varint(name);
        return value <= most ? value : throw new WireException(name, $"{value}, limit {most}");
    }
}
