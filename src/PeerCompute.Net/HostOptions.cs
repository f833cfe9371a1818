// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Net.Shaping;

namespace PeerCompute.Net;

/// <summary>How a host starts.</summary>
public sealed record HostOptions
{
    /// <summary>The node's identity.</summary>
    public required ISigner Key { get; init; }

    /// <summary>TCP addresses to listen on, for example <c>/ip4/0.0.0.0/tcp/4001</c>; port 0 takes a free one. A client listens on nothing.</summary>
    public IReadOnlyList<Multiaddr> Listen { get; init; } = [];

    /// <summary>Software name and version shown to peers.</summary>
    public string AgentVersion { get; init; } = "peercompute/0.1.0";

    /// <summary>Family of networks shown to peers (libp2p identify, protocolVersion), for example <c>peercompute/1/open</c>; at most 256 bytes.</summary>
    public string ProtocolVersion { get; init; } = "peercompute/1";

    /// <summary>Bounds.</summary>
    public HostLimits Limits { get; init; } = new();

    /// <summary>Clock of time-outs and round trips.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How slow connections are made, for experiments on one machine; null: not at all.</summary>
    public LinkShape? Shape { get; init; }

    /// <summary>32 bytes that keys and probes are drawn from; empty takes them from the system.</summary>
    public ReadOnlyMemory<byte> Seed { get; init; }

    /// <summary>Whether muxers are chosen inside the handshake; off only to prove the older way.</summary>
    internal bool InlineMuxer { get; init; } = true;
}
