// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Libp2p.Yamux;

namespace PeerCompute.Net;

/// <summary>Bounds of a host: what strangers may make it hold.</summary>
public sealed record HostLimits
{
    /// <summary>Connections in all; a further inbound one is closed at once.</summary>
    public int Connections { get; init; } = 256;

    /// <summary>Inbound connections of one IP address; loopback is exempt.</summary>
    public int ConnectionsPerAddress { get; init; } = 8;

    /// <summary>Inbound connections whose peer is not proven yet.</summary>
    public int Upgrading { get; init; } = 64;

    /// <summary>Time from the first byte to a proven peer and a muxer, in either direction; then the connection is dropped.</summary>
    public TimeSpan UpgradeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for a new stream to agree on its protocol.</summary>
    public TimeSpan NegotiationTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Inbound streams that one connection may have open for one protocol; further ones are reset.</summary>
    public int StreamsPerProtocol { get; init; } = 64;

    /// <summary>Bounds of streams, windows and probes of one connection.</summary>
    public YamuxLimits Yamux { get; init; } = new();

    /// <summary>Received bytes that all connections together hold unread; the connection that goes beyond is closed.</summary>
    public long UnreadBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>Peers whose addresses are remembered; the oldest is forgotten first.</summary>
    public int KnownPeers { get; init; } = 10_000;

    /// <summary>Addresses remembered of one peer; the oldest is forgotten first.</summary>
    public int AddressesPerPeer { get; init; } = 20;

    /// <summary>How long disposal waits for handlers that do not end.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
