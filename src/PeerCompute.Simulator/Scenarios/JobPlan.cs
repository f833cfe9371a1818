// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Wire.Common;

namespace PeerCompute.Simulator.Scenarios;

/// <summary>What clients hand in.</summary>
internal sealed record JobPlan
{
    public required int Count { get; init; }

    /// <summary>When the first one is handed in.</summary>
    public long FirstMicros { get; init; } = 1_000_000;

    public long EveryMicros { get; init; } = 10_000_000;

    /// <summary>How many come at one moment.</summary>
    public int Burst { get; init; } = 1;

    /// <summary>How busy each hour of the day is beside the others, 24 weights from midnight UTC on; none where all are alike.</summary>
    public ImmutableArray<int> Hours { get; init; } = [];

    /// <summary>Jobs as they once came; none where they are drawn.</summary>
    public ImmutableArray<TracedJob> Trace { get; init; } = [];

    public Spread Tasks { get; init; } = new(8, 8);

    public int TasksPerLease { get; init; } = 4;

    public int Parallel { get; init; } = 2;

    /// <summary>Time of one task on the reference machine; with a shape its least is the scale, and its most where the distribution is cut off.</summary>
    public Spread Cost { get; init; } = new(500_000, 2_000_000);

    /// <summary>Shape of the Weibull distribution that costs follow, thousandths; 1000 is the exponential one. 0: all costs are as likely.</summary>
    public int CostShapePermille { get; init; }

    /// <summary>Jobs that are handed in before are not in the figures of a matching: the world begins empty.</summary>
    public long WarmupMicros { get; init; }

    public long DeadlineMicros { get; init; } = 600_000_000;

    /// <summary>Workers that a job names.</summary>
    public int Workers { get; init; } = 4;

    /// <summary>Whether jobs name nobody and look for workers themselves.</summary>
    public bool Discovery { get; init; }

    public VerificationTerms Verification { get; init; } = VerificationTerms.Issuer;

    public ulong CeilingMicro { get; init; } = 10_000;

    /// <summary>Share of jobs whose program fails by itself, millionths.</summary>
    public int FaultyPpm { get; init; }
}
