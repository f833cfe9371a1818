// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Wire.Common;

namespace PeerCompute.Simulator.Scenarios;

/// <summary>Least and most, both included.</summary>
internal readonly record struct Spread(long Least, long Most);

/// <summary>Nodes that come and go: a share of a class, with mean times up and down in microseconds.</summary>
/// <param name="SharePpm">Share of the class, millionths.</param>
/// <param name="UpMicros">Mean time up.</param>
/// <param name="DownMicros">Mean time down.</param>
/// <param name="Torn">Most durable entries that the disk of a killed node loses all the same.</param>
internal sealed record ChurnPlan(int SharePpm, long UpMicros, long DownMicros, int Torn = 0);

/// <summary>What nodes of a class are there for.</summary>
internal enum NodeRole
{
    /// <summary>Takes work.</summary>
    Worker,

    /// <summary>Hands jobs in.</summary>
    Client,

    /// <summary>Hands jobs in and listens on nothing.</summary>
    Light,

    /// <summary>Neither: a node that others begin with.</summary>
    Relay,
}

/// <summary>Nodes of one kind.</summary>
internal sealed record NodeClass
{
    public required string Name { get; init; }

    public required int Count { get; init; }

    public NodeRole Role { get; init; }

    /// <summary>Whether it takes work.</summary>
    public bool Worker => Role == NodeRole.Worker;

    /// <summary>Whether it hands jobs in.</summary>
    public bool Client => Role is NodeRole.Client or NodeRole.Light;

    /// <summary>Whether it listens on nothing: nobody can dial it.</summary>
    public bool Light => Role == NodeRole.Light;

    /// <summary>Speed against the reference machine, thousandths.</summary>
    public int SpeedPermille { get; init; } = 1000;

    public int Slots { get; init; } = 2;

    public ulong PriceMicro { get; init; } = 1000;

    public ChurnPlan? Churn { get; init; }

    /// <summary>How often a task's child dies of its host, millionths.</summary>
    public int FlakyPpm { get; init; }
}

/// <summary>The network is split for a while.</summary>
internal sealed record PartitionPlan(long AtMicros, long ForMicros, int SharePpm);

/// <summary>What links do to messages. Times in microseconds.</summary>
internal sealed record LinkPlan
{
    public Spread Latency { get; init; } = new(10_000, 80_000);

    public long JitterMicros { get; init; } = 5_000;

    public int LossPpm { get; init; }

    public int DuplicatePpm { get; init; }

    /// <summary>Mean time until a connection is cut; 0 for never.</summary>
    public long ResetMicros { get; init; }

    /// <summary>Bits per second of a node, each way.</summary>
    public Spread Bandwidth { get; init; } = new(20_000_000, 200_000_000);

    /// <summary>How long a dial or a dead connection takes to be noticed.</summary>
    public long TimeoutMicros { get; init; } = 5_000_000;

    public ImmutableArray<PartitionPlan> Partitions { get; init; } = [];
}

/// <summary>What clients hand in.</summary>
internal sealed record JobPlan
{
    public required int Count { get; init; }

    /// <summary>When the first one is handed in.</summary>
    public long FirstMicros { get; init; } = 1_000_000;

    public long EveryMicros { get; init; } = 10_000_000;

    public Spread Tasks { get; init; } = new(8, 8);

    public int TasksPerLease { get; init; } = 4;

    public int Parallel { get; init; } = 2;

    /// <summary>Time of one task on the reference machine.</summary>
    public Spread Cost { get; init; } = new(500_000, 2_000_000);

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

/// <summary>Workers that do not keep to the rules.</summary>
internal sealed record AdversaryPlan(string Kind, int Count);

/// <summary>One experiment: with a seed it determines everything.</summary>
internal sealed record Scenario
{
    public required string Name { get; init; }

    /// <summary>Until when churn, loss and partitions go on.</summary>
    public long DurationMicros { get; init; } = 600_000_000;

    /// <summary>All nodes start within this time; those to begin with first.</summary>
    public long StartMicros { get; init; } = 500_000;

    /// <summary>A calm time at the end, in which both sides of every lease can agree.</summary>
    public long SettleMicros { get; init; } = 120_000_000;

    public required ImmutableArray<NodeClass> Nodes { get; init; }

    public LinkPlan Links { get; init; } = new();

    /// <summary>How long a journal write takes until it is durable.</summary>
    public Spread Disk { get; init; } = new(200, 4_000);

    /// <summary>Wall clocks are off by at most this, milliseconds.</summary>
    public long ClockSkewMs { get; init; } = 200;

    public required JobPlan Jobs { get; init; }

    public ImmutableArray<AdversaryPlan> Adversaries { get; init; } = [];

    /// <summary>The first so many nodes are those that every node is told of at its start; 0 for a world without a mesh, in which nodes are named.</summary>
    public int Bootstrap { get; init; }

    /// <summary>Whether nodes gossip, and stand in a DHT.</summary>
    public bool Mesh => Bootstrap > 0;

    /// <summary>Whether messages are encoded and decoded on their way, instead of passed as objects.</summary>
    public bool EncodeWire { get; init; }

    /// <summary>Whether every receiver checks every signature, instead of once per envelope and process.</summary>
    public bool FullCrypto { get; init; }

    public long SampleMicros { get; init; } = 5_000_000;

    /// <summary>Hash of the file it was read from.</summary>
    public Hash32 Hash { get; init; }

    public int NodeCount
    {
        get
        {
            var count = 0;
            foreach (var one in Nodes) count += one.Count;
            return count;
        }
    }
}
