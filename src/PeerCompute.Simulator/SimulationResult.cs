// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Simulator.Adversaries;

namespace PeerCompute.Simulator;

/// <summary>
/// What a run came to. Everything but <see cref="WallSeconds"/> and <see cref="PeakBytes"/> is a function of scenario, seed and Core's module version id.
/// </summary>
public sealed record SimulationResult
{
    /// <summary>Name of the scenario.</summary>
    public required string Scenario { get; init; }

    /// <summary>SHA-256 of the scenario file, hexadecimal.</summary>
    public required string ScenarioHash { get; init; }

    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Rolling hash of all events, 16 hexadecimal digits.</summary>
    public required string TraceHash { get; init; }

    /// <summary>Module version id of the PeerCompute.Core that ran.</summary>
    public required Guid CoreMvid { get; init; }

    /// <summary>Nodes.</summary>
    public required int Nodes { get; init; }

    /// <summary>Events taken.</summary>
    public required long Events { get; init; }

    /// <summary>Virtual time, seconds.</summary>
    public required long VirtualSeconds { get; init; }

    /// <summary>Messages delivered.</summary>
    public required long Messages { get; init; }

    /// <summary>Messages per node and hour while no job is there; nothing where the run has no such time.</summary>
    public required Traffic IdleNodeHour { get; init; }

    /// <summary>Messages per job in the whole network, beyond what it says while idle.</summary>
    public required Traffic PerJob { get; init; }

    /// <summary>Bytes of messages sent.</summary>
    public required long MessageBytes { get; init; }

    /// <summary>Bytes of blobs sent.</summary>
    public required long BlobBytes { get; init; }

    /// <summary>Times that a node was killed.</summary>
    public required long Crashes { get; init; }

    /// <summary>Jobs, in the order of their submission.</summary>
    public required ImmutableArray<JobRow> Jobs { get; init; }

    /// <summary>Results that adversaries spoiled.</summary>
    public required int Planted { get; init; }

    /// <summary>Of those, how many came to a verdict; the others' leases ended before.</summary>
    public required int Judged { get; init; }

    /// <summary>Of those, how many the verdict did not accept.</summary>
    public required int Found { get; init; }

    /// <summary>What adversaries did, by kind.</summary>
    public ImmutableSortedDictionary<string, Deeds> Adversaries { get; init; } = ImmutableSortedDictionary<string, Deeds>.Empty;

    /// <summary>What clients owe for accepted tasks, micro-units.</summary>
    public required ulong OwedMicro { get; init; }

    /// <summary>Of that, what the workers have acknowledged.</summary>
    public required ulong SettledMicro { get; init; }

    /// <summary>Rules that were broken; empty in a good run. At most 100 are kept.</summary>
    public required ImmutableArray<Violation> Violations { get; init; }

    /// <summary>The faults of the run that its scenario named or its seed drew, a line each, in the order of their times.</summary>
    public ImmutableArray<string> Faults { get; init; } = [];

    /// <summary>Figures of a world of one protocol, or of how a run with jobs matched them with workers, in the order of a report.</summary>
    public ImmutableArray<Figure> Figures { get; init; } = [];

    /// <summary>Time that the run took here.</summary>
    public double WallSeconds { get; init; }

    /// <summary>Most memory that its process held here by the end of the run, bytes: the greatest resident set, of all its runs so far.</summary>
    public long PeakBytes { get; init; }

    /// <summary>Jobs whose every task was accepted.</summary>
    public int Accepted => Jobs.Count(static job => job.IsAccepted);
}
