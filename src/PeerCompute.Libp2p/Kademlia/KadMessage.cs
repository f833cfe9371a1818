// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;

namespace PeerCompute.Libp2p.Kademlia;

/// <summary>One request or response of the DHT (libp2p/specs kad-dht). Immutable; a simulator passes the object itself.</summary>
/// <param name="Type">What it asks, or answers.</param>
/// <param name="Key">What it is about: a peer's multihash, a content multihash, or a record's key.</param>
public sealed record KadMessage(KadType Type, ReadOnlyMemory<byte> Key)
{
    /// <summary>Longest message, bytes (libp2p takes 4 MiB; ours need no more than this).</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>Longest key, bytes.</summary>
    public const int MaxKey = 256;

    /// <summary>Most closer peers taken from a message; more are dropped.</summary>
    public const int MaxCloser = 64;

    /// <summary>Most providers taken from a message; more are dropped.</summary>
    public const int MaxProviders = 128;

    private Hash32? _target;

    /// <summary>What it is about; a message about another key is another message.</summary>
    public ReadOnlyMemory<byte> Key { get; } = Key;

    /// <summary>Where the key lies in the key space: SHA-256 of it. Found once: a simulator hands one request to many nodes.</summary>
    public Hash32 Target => _target ??= Hash32.Of(Key.Span);

    /// <summary>The record that is put or was asked for.</summary>
    public KadRecord? Record { get; init; }

    /// <summary>Servers closer to the key that the answerer knows.</summary>
    public ImmutableArray<KadPeer> CloserPeers { get; init; } = [];

    /// <summary>Who has what the key names.</summary>
    public ImmutableArray<KadPeer> ProviderPeers { get; init; } = [];

    /// <summary>Whether a request of this kind is answered: ADD_PROVIDER is not.</summary>
    public bool WantsAnswer => Type != KadType.AddProvider;

    /// <summary>Messages are compared by identity: their parts are arrays.</summary>
    /// <param name="other">Another one.</param>
    /// <returns>True for the same object.</returns>
    public bool Equals(KadMessage? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Type;

    /// <summary>The message without its length.</summary>
    /// <returns>The bytes, in ascending order of fields; zero and empty fields are left out (proto3).</returns>
    public byte[] Encode()
    {
        var writer = new ProtoWriter().Varint(1, (ulong)Type).Bytes(2, Key.Span);
        if (Record is not null) writer.Bytes(3, Record.Encode());
        foreach (var peer in CloserPeers) writer.Bytes(8, peer.Encode());
        foreach (var peer in ProviderPeers) writer.Bytes(9, peer.Encode());
        return writer.ToArray();
    }

    /// <summary>
    /// Reads a message: fields in any order; unknown fields, peers with other kinds of keys and addresses of unknown transports are left out.
    /// </summary>
    /// <param name="bytes">A stranger's bytes without their length.</param>
    /// <returns>The message.</returns>
    /// <exception cref="WireException">Malformed or beyond a bound.</exception>
    public static KadMessage Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxLength) throw new WireException("kad", $"{bytes.Length} bytes, limit {MaxLength}");
        ulong type = 0;
        byte[] key = [];
        KadRecord? record = null;
        var closer = ImmutableArray.CreateBuilder<KadPeer>();
        var providers = ImmutableArray.CreateBuilder<KadPeer>();
        var reader = new ProtoReader(bytes);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: type = reader.Varint("type"); break;
                case 2: key = reader.Bytes("key", MaxKey).ToArray(); break;
                case 3: record = KadRecord.Decode(reader.Bytes("record", MaxLength)); break;
                case 8: Add(closer, MaxCloser, reader.Bytes("closerPeers", MaxLength)); break;
                case 9: Add(providers, MaxProviders, reader.Bytes("providerPeers", MaxLength)); break;
                default: reader.Skip(); break;
            }
        }

        if (type > (ulong)KadType.Ping) throw new WireException("type", $"{type} is unknown");
        return new KadMessage((KadType)type, key) { Record = record, CloserPeers = closer.DrainToImmutable(), ProviderPeers = providers.DrainToImmutable() };
    }

    private static void Add(ImmutableArray<KadPeer>.Builder peers, int most, ReadOnlySpan<byte> bytes)
    {
        if (peers.Count < most && KadPeer.Decode(bytes) is { } peer) peers.Add(peer);
    }
}

/// <summary>Kinds of messages (libp2p/specs kad-dht, enum MessageType).</summary>
public enum KadType
{
    /// <summary>Store a record; the answer repeats it.</summary>
    PutValue = 0,

    /// <summary>Get a record, or who is closer to it.</summary>
    GetValue = 1,

    /// <summary>The sender provides the key; never answered.</summary>
    AddProvider = 2,

    /// <summary>Who provides the key, and who is closer to it.</summary>
    GetProviders = 3,

    /// <summary>Who is closest to the key.</summary>
    FindNode = 4,

    /// <summary>Out of use: answered, never sent.</summary>
    Ping = 5,
}
