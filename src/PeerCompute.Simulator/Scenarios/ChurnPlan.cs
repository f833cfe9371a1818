// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace PeerCompute.Simulator.Scenarios;

/// <summary>Nodes that come and go: a share of a class.</summary>
internal sealed record ChurnPlan
{
    /// <summary>Share of the class, millionths.</summary>
    public int SharePpm { get; init; } = 1_000_000;

    /// <summary>How long they stay.</summary>
    public required LifePlan Up { get; init; }

    /// <summary>How long they are away.</summary>
    public required LifePlan Down { get; init; }

    /// <summary>Most durable entries that the disk of a killed node loses all the same.</summary>
    public int Torn { get; init; }

    /// <summary>Sessions as they once were, of each of the class's nodes, microseconds from start to end in order; none where they are drawn.</summary>
    public ImmutableArray<ImmutableArray<(long Start, long End)>> Trace { get; init; } = [];
}
