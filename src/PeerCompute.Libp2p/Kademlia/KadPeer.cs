// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Libp2p.Kademlia;

/// <summary>
/// What one knows of a peer: its id, its place in the key space, its addresses. Immutable and shared: tables, messages and queries hold the
/// same object.
/// </summary>
public sealed class KadPeer
{
    /// <summary>Most addresses taken of one peer in a message; more are dropped.</summary>
    public const int MaxAddresses = 16;

    /// <summary>Most bytes of addresses that we hand on for one peer; the rest is left out.</summary>
    public const int MaxAddressBytes = 1024;

    /// <summary>A peer.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="addresses">Where it listens, without the peer at the end; may be empty.</param>
    public KadPeer(PeerId id, ImmutableArray<Multiaddr> addresses)
    {
        Id = id;
        Addresses = addresses.IsDefault ? [] : addresses;
    }

    /// <summary>Its id.</summary>
    public PeerId Id { get; }

    /// <summary>Its place in the key space: SHA-256 of its id's multihash (libp2p/specs kad-dht).</summary>
    public Hash32 Point => Id.Digest;

    /// <summary>Where it listens, as far as known.</summary>
    public ImmutableArray<Multiaddr> Addresses { get; }

    /// <summary>Bytes that it takes in a message, about.</summary>
    internal int Size
    {
        get
        {
            var size = PeerId.Length + 6;
            foreach (var address in Addresses) size += address.Bytes.Length + 3;
            return size;
        }
    }

    /// <summary>The place of a peer in the key space.</summary>
    /// <param name="id">The peer.</param>
    /// <returns>SHA-256 of its multihash.</returns>
    public static Hash32 PointOf(PeerId id) => id.Digest;

    /// <inheritdoc/>
    public override string ToString() => Id.Short();

    /// <summary>The same peer with other addresses.</summary>
    internal KadPeer With(ImmutableArray<Multiaddr> addresses) => new(Id, addresses);

    /// <summary>The peer as one answer may carry it: as many addresses as fit the bounds.</summary>
    internal KadPeer Trimmed()
    {
        var bytes = 0;
        for (var i = 0; i < Addresses.Length; i++)
        {
            bytes += Addresses[i].Bytes.Length;
            if (i == MaxAddresses || bytes > MaxAddressBytes) return With(Addresses[..i]);
        }

        return this;
    }

    internal byte[] Encode()
    {
        var writer = new ProtoWriter().Bytes(1, Id.ToBytes());
        foreach (var address in Addresses) writer.Bytes(2, address.Bytes.Span);
        return writer.ToArray();
    }

    /// <summary>Reads a peer.</summary>
    /// <returns>Null for a peer with another kind of key: nobody here can connect with it.</returns>
    internal static KadPeer? Decode(ReadOnlySpan<byte> bytes)
    {
        var id = PeerId.None;
        var addresses = ImmutableArray.CreateBuilder<Multiaddr>();
        var reader = new ProtoReader(bytes, maxFields: 64);
        while (reader.Next())
        {
            if (reader.Field == 1) id = IdOf(reader.Bytes("peer id", 128));
            else if (reader.Field == 2 && addresses.Count < MaxAddresses) Add(addresses, reader.Bytes("multiaddr", KadMessage.MaxLength));
            else reader.Skip();
        }

        return id.IsNone ? null : new KadPeer(id, addresses.DrainToImmutable());
    }

    private static PeerId IdOf(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return PeerId.FromBytes(bytes);
        }
        catch (WireException)
        {
            return PeerId.None;
        }
    }

    private static void Add(ImmutableArray<Multiaddr>.Builder addresses, ReadOnlySpan<byte> bytes)
    {
        try
        {
            addresses.Add(Multiaddr.Decode(bytes).WithoutPeer());
        }
        catch (WireException)
        {
            // Of a transport that is not known here.
        }
    }
}
