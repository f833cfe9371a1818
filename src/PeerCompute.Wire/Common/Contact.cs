// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using Google.Protobuf;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Wire.Common;

/// <summary>A peer and where it can be dialled.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="Addresses">Addresses without the peer id, best first, at most <see cref="AddressesMost"/>.</param>
public sealed record Contact(PeerId Peer, ImmutableArray<Multiaddr> Addresses)
{
    /// <summary>Addresses of one peer in a signed body.</summary>
    public const int AddressesMost = 4;

    /// <summary>Longest encoding in bytes: a peer id and addresses of the longest form.</summary>
    public const int MaxBytes = 64 + (AddressesMost * (WireLimits.AdvertAddressBytes + 4));

    internal V1.Contact ToProto()
    {
        var m = new V1.Contact { Peer = Canonical.Bytes(Peer) };
        foreach (var address in Addresses) m.Addresses.Add(Canonical.Bytes(address.Bytes));
        return m;
    }

    internal static Contact From(V1.Contact m, string field) => new(Canonical.Peer(m.Peer, field + ".peer"), ReadAddresses(m.Addresses, field + ".addresses"));

    internal static ImmutableArray<Multiaddr> ReadAddresses(IReadOnlyList<ByteString> addresses, string field)
        => Canonical.List(addresses, AddressesMost, field, static (bytes, name) =>
        {
            try
            {
                return Multiaddr.Decode(bytes.Span);
            }
            catch (WireException e)
            {
                throw new WireException(name, e.Message);
            }
        });
}
