// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace PeerCompute.Simulator.Reality;

/// <summary>A node of a scenario that becomes a process.</summary>
public sealed record RealNode
{
    /// <summary>Its number in the scenario.</summary>
    public required int Index { get; init; }

    /// <summary>Its class.</summary>
    public required string Class { get; init; }

    /// <summary>Whether it takes work.</summary>
    public required bool TakesWork { get; init; }

    /// <summary>Whether it listens on nothing.</summary>
    public required bool Light { get; init; }

    /// <summary>Seed of its key, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> Key { get; init; }

    /// <summary>Speed, thousandths of the reference machine.</summary>
    public required int SpeedPermille { get; init; }

    /// <summary>Leases that run at a time.</summary>
    public required int Slots { get; init; }

    /// <summary>Price of a task, micro-units.</summary>
    public required ulong PriceMicro { get; init; }

    /// <summary>Bits per second that it sends.</summary>
    public required long UpBits { get; init; }

    /// <summary>Bits per second that it receives.</summary>
    public required long DownBits { get; init; }

    /// <summary>How long a message to each node takes, one way, microseconds.</summary>
    public required ImmutableArray<long> MicrosTo { get; init; }
}

/// <summary>A node is killed or started.</summary>
/// <param name="AtMicros">When.</param>
/// <param name="Node">Which.</param>
/// <param name="Up">Whether it is started.</param>
public sealed record RealChange(long AtMicros, int Node, bool Up);

/// <summary>A job that a real client hands in.</summary>
public sealed record RealJob
{
    /// <summary>Its number in the run.</summary>
    public required int Number { get; init; }

    /// <summary>When, microseconds.</summary>
    public required long AtMicros { get; init; }

    /// <summary>Who.</summary>
    public required int Client { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Tasks.</summary>
    public required uint Tasks { get; init; }

    /// <summary>The simulated program's arguments, by which tasks take their time.</summary>
    public required ImmutableArray<string> Args { get; init; }

    /// <summary>Size of the program.</summary>
    public required int ModuleBytes { get; init; }

    /// <summary>What each task writes.</summary>
    public required int OutputBytes { get; init; }

    /// <summary>Tasks of a lease.</summary>
    public required uint TasksPerLease { get; init; }

    /// <summary>Leases at a time.</summary>
    public required uint Parallel { get; init; }

    /// <summary>The workers that it names; none where it looks for them.</summary>
    public required ImmutableArray<int> Workers { get; init; }

    /// <summary>Equal outputs that confirm a task; 0: its client executes it again.</summary>
    public required uint Replicas { get; init; }

    /// <summary>Most that a task may cost, micro-units.</summary>
    public required ulong CeilingMicro { get; init; }

    /// <summary>How long it has, milliseconds.</summary>
    public required ulong DeadlineMs { get; init; }

    /// <summary>Most time of a task, milliseconds.</summary>
    public required ulong WallMs { get; init; }
}
