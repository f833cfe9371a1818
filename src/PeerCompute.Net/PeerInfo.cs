// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Net;

/// <summary>A connected peer.</summary>
/// <param name="Id">Proven id.</param>
/// <param name="RemoteAddress">Where it is connected from or to.</param>
/// <param name="Outbound">True when we dialled.</param>
/// <param name="Agent">Its software as it says, empty until identified.</param>
/// <param name="ProtocolVersion">Its family of networks as it says, empty until identified; of a node <c>peercompute/1/NETWORK</c>.</param>
/// <param name="Protocols">What it accepts streams for as it says, empty until identified.</param>
/// <param name="ListenAddresses">Where it listens as it says, empty until identified.</param>
/// <param name="ObservedAddress">Where it sees us, null until identified.</param>
/// <param name="Rtt">Last measured round trip, null before the first.</param>
/// <param name="Connections">Connections to it.</param>
public sealed record PeerInfo(
    PeerId Id,
    Multiaddr RemoteAddress,
    bool Outbound,
    string Agent,
    string ProtocolVersion,
    IReadOnlyList<string> Protocols,
    IReadOnlyList<Multiaddr> ListenAddresses,
    Multiaddr? ObservedAddress,
    TimeSpan? Rtt,
    int Connections);

/// <summary>Something about a peer changed.</summary>
/// <param name="Kind">What.</param>
/// <param name="Peer">The peer as it is now; at <see cref="PeerEventKind.Disconnected"/> as it was.</param>
public sealed record PeerEvent(PeerEventKind Kind, PeerInfo Peer);

/// <summary>What changed.</summary>
public enum PeerEventKind
{
    /// <summary>The first connection to the peer is up.</summary>
    Connected,

    /// <summary>The peer said what it is, or said it anew.</summary>
    Identified,

    /// <summary>The last connection to the peer ended.</summary>
    Disconnected,
}
