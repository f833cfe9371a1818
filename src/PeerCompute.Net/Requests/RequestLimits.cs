// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Net.Requests;

/// <summary>Bounds of requests and their answers.</summary>
public sealed record RequestLimits
{
    /// <summary>A stream that brings no further request for so long is let go (js-libp2p's DHT: the same).</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for an answer to be made and taken by the asker; then the stream is reset.</summary>
    public TimeSpan Answer { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a stream stays open behind a request that wants no answer: js-libp2p drops it unread where the stream ends at once.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Requests of one peer at once, over all its streams and protocols; then its stream is reset.</summary>
    public int Burst { get; init; } = 200;

    /// <summary>Time in which a peer earns one further request.</summary>
    public TimeSpan Each { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Peers whose allowance is remembered; the oldest is forgotten first.</summary>
    public int Peers { get; init; } = 4096;

    /// <summary>Dials at the same time; further ones wait.</summary>
    public int Dials { get; init; } = 64;

    /// <summary>Addresses of one peer that one dial tries; the rest is left out.</summary>
    public int Addresses { get; init; } = 16;

    /// <summary>From one address of a peer to the next (RFC 8305, section 5: connection attempt delay).</summary>
    public TimeSpan Stagger { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Time for a dial over all addresses.</summary>
    public TimeSpan Dial { get; init; } = TimeSpan.FromSeconds(10);
}
