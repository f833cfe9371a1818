// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Simulator.Adversaries;
using PeerCompute.Simulator.Faults;
using PeerCompute.Simulator.Matching;
using PeerCompute.Simulator.Overlays;
using PeerCompute.Simulator.Probes;

namespace PeerCompute.Simulator.Scenarios;

/// <summary>Least and most, both included.</summary>
internal readonly record struct Spread(long Least, long Most);

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

/// <summary>What stands between a node and the network (RFC 4787, section 4.1; the kinds that hole punching tells apart).</summary>
internal enum NatKind
{
    /// <summary>Nothing: it has an address of its own.</summary>
    None,

    /// <summary>A translator that passes on what comes to one port, by UPnP or by hand.</summary>
    Mapped,

    /// <summary>A translator with one outer port for all whom a node talks to: holes can be punched.</summary>
    Cone,

    /// <summary>A translator with another outer port for each.</summary>
    Symmetric,
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

    public NatKind Nat { get; init; }

    /// <summary>Whether a stranger can dial it.</summary>
    public bool Dialable => !Light && Nat is (NatKind.None or NatKind.Mapped);

    /// <summary>Speed against the reference machine, thousandths.</summary>
    public int SpeedPermille { get; init; } = 1000;

    public int Slots { get; init; } = 2;

    /// <summary>Peers that a node remembers over lives; a daemon remembers 10 000.</summary>
    public int Remembers { get; init; } = 256;

    /// <summary>Connections above which some are let go, <see cref="PeerCompute.Core.NodeSettings.Connections"/>.</summary>
    public int Connections { get; init; } = 96;

    public ulong PriceMicro { get; init; } = 1000;

    public ChurnPlan? Churn { get; init; }

    /// <summary>How often a task's child dies of its host, millionths.</summary>
    public int FlakyPpm { get; init; }
}

/// <summary>Nodes that do not keep to the rules; of one plan they may act together.</summary>
internal sealed record AdversaryPlan(Adversary Adversary, int Count)
{
    /// <summary>Plans are compared by identity: two of one kind are two gangs.</summary>
    public bool Equals(AdversaryPlan? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Count;
}

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

    /// <summary>What is looked at beside the metrics.</summary>
    public ImmutableArray<ProbePlan> Probes { get; init; } = [];

    /// <summary>Small jobs that are handed in during the calm and have to be accepted.</summary>
    public int Liveness { get; init; }

    /// <summary>What goes wrong beyond links and churn.</summary>
    public FaultPlan Faults { get; init; } = FaultPlan.None;

    /// <summary>The first so many nodes are those that every node is told of at its start; 0 for a world without a mesh, in which nodes are named.</summary>
    public int Bootstrap { get; init; }

    /// <summary>Between two refreshes of a node's table of the DHT.</summary>
    public TimeSpan Refresh { get; init; } = new Libp2p.Kademlia.KadOptions().RefreshInterval;

    /// <summary>Whether nodes gossip, and stand in a DHT.</summary>
    public bool Mesh => Bootstrap > 0;

    /// <summary>Whether messages are encoded and decoded on their way, instead of passed as objects.</summary>
    public bool EncodeWire { get; init; }

    /// <summary>Whether every receiver checks every signature, instead of once per envelope and process.</summary>
    public bool FullCrypto { get; init; }

    /// <summary>A world of one protocol alone; null for one of whole nodes, which has no <see cref="Nodes"/> and no jobs then.</summary>
    public OverlayPlan? Overlay { get; init; }

    /// <summary>Who decides which worker gets which task.</summary>
    public MatchingKind Matching { get; init; }

    /// <summary>Workers that a baseline asks, or waits at, for each task.</summary>
    public int ProbeRatio { get; init; } = 2;

    public long SampleMicros { get; init; } = 5_000_000;

    /// <summary>Values of the parameters that it was read with.</summary>
    public ImmutableSortedDictionary<string, string> Parameters { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Hash of the files it was read from, and of its parameters.</summary>
    public Hash32 Hash { get; init; }

    /// <summary>The files it was read from, its own first; empty for one that lay in memory.</summary>
    public ImmutableArray<DataFile> Files { get; init; } = [];

    public int NodeCount
    {
        get
        {
            if (Overlay is not null) return Overlay.Nodes;
            var count = 0;
            foreach (var one in Nodes) count += one.Count;
            return count;
        }
    }
}
