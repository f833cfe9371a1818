// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Simulator.Network.Places;

namespace PeerCompute.Simulator.Scenarios;

/// <summary>The network is split for a while.</summary>
internal sealed record PartitionPlan(long AtMicros, long ForMicros, int SharePpm);

/// <summary>What links do to messages. Times in microseconds.</summary>
internal sealed record LinkPlan
{
    /// <summary>One-way times, drawn for each pair of nodes; null where <see cref="Places"/> say them.</summary>
    public Spread? Latency { get; init; }

    /// <summary>Where nodes stand, and how far apart.</summary>
    public PlaceMap Places { get; init; } = new RegionMap();

    public long JitterMicros { get; init; } = 5_000;

    public int LossPpm { get; init; }

    public int DuplicatePpm { get; init; }

    /// <summary>Mean time until a connection is cut; 0 for never.</summary>
    public long ResetMicros { get; init; }

    /// <summary>Bits per second of a node, each way; null where its place says it, or nothing does: then 20 to 200 Mbit/s.</summary>
    public Spread? Bandwidth { get; init; }

    /// <summary>How long a dial or a dead connection takes to be noticed.</summary>
    public long TimeoutMicros { get; init; } = 5_000_000;

    public ImmutableArray<PartitionPlan> Partitions { get; init; } = [];
}
