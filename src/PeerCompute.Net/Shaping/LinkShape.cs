// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Net;

namespace PeerCompute.Net.Shaping;

/// <summary>
/// How slow the network of a node shall be: for experiments in which many nodes share one machine, each with a loopback address of its own, by which the
/// others know from the first byte on who dials. For development: only a node's owner can ask for it, when the daemon starts.
/// </summary>
public sealed record LinkShape
{
    /// <summary>The node's own address, which it dials from; an address of the loopback network.</summary>
    public required IPAddress From { get; init; }

    /// <summary>Bits per second that all its connections together send.</summary>
    public required long UpBits { get; init; }

    /// <summary>Bits per second that all its connections together receive.</summary>
    public required long DownBits { get; init; }

    /// <summary>What is sent takes up to this longer, drawn evenly, microseconds; its order stays.</summary>
    public long JitterMicros { get; init; }

    /// <summary>How long what is sent to another node takes, one way, microseconds; a node that is not named is reached at once.</summary>
    public required ImmutableDictionary<IPAddress, long> Micros { get; init; }
}
