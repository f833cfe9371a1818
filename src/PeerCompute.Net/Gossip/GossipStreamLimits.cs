// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Libp2p.Gossip;

namespace PeerCompute.Net.Gossip;

/// <summary>Bounds of the gossip streams of one peer.</summary>
public sealed record GossipStreamLimits
{
    /// <summary>Bounds of one RPC.</summary>
    public GossipLimits Rpc { get; init; } = new();

    /// <summary>Bytes of messages and gossip that wait for a peer; further ones are dropped.</summary>
    public int QueueBytes { get; init; } = 1024 * 1024;

    /// <summary>RPCs with subscriptions, GRAFTs or PRUNEs that wait for a peer. None is dropped: beyond, the stream is opened anew.</summary>
    public int QueueControls { get; init; } = 1000;

    /// <summary>How long a write may wait for a peer that does not read; then the stream is opened anew.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of a peer that are read in a second, on average; it waits beyond.</summary>
    public int BytesPerSecond { get; init; } = 4 * 1024 * 1024;

    /// <summary>RPCs of a peer that are read in a second, on average; it waits beyond.</summary>
    public int RpcsPerSecond { get; init; } = 2000;

    /// <summary>How long a peer may be above its averages.</summary>
    public TimeSpan Burst { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Pause before a stream that was lost is opened anew; doubles with each failure.</summary>
    public TimeSpan ReopenAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest such pause.</summary>
    public TimeSpan ReopenAtMost { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a peer whose stream to us ended may take to open another. Then ours is opened anew: js-libp2p opens its own only in answer (#3531).
    /// </summary>
    public TimeSpan InboundGrace { get; init; } = TimeSpan.FromSeconds(2);
}
