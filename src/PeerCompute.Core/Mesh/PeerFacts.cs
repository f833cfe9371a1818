// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Wire.Common;

namespace PeerCompute.Core.Mesh;

/// <summary>What a connected peer said of itself, and what the connection shows.</summary>
/// <param name="Addresses">Where it listens, as it says.</param>
/// <param name="Dialled">The address at which we dialled it; null when it dialled us.</param>
/// <param name="KadServer">Whether it answers in our DHT.</param>
/// <param name="Network">Its network; null where it is no node of ours.</param>
public sealed record PeerFacts(ImmutableArray<Multiaddr> Addresses, Multiaddr? Dialled, bool KadServer, NetworkId? Network)
{
    /// <summary>What of it goes into tables. A shell that holds many nodes gives them one object; null where each is to make its own.</summary>
    public KadPeer? Shared { get; init; }

    /// <summary>What of a peer goes into tables: where it was dialled, then where it says that it listens.</summary>
    /// <param name="peer">Whose facts these are.</param>
    /// <returns>The peer.</returns>
    public KadPeer AsKadPeer(PeerId peer)
        => Shared ?? new KadPeer(peer, Dialled is { } dialled ? [dialled, .. Addresses.Where(address => !address.Equals(dialled))] : Addresses);
}
