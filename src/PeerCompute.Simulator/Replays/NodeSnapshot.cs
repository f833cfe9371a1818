// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core.Views;

namespace PeerCompute.Simulator.Replays;

/// <summary>An event that a node's machine handled.</summary>
/// <param name="AtMicros">Virtual time.</param>
/// <param name="What">The event with what it says in a word.</param>
/// <param name="Effects">What the machine wanted then, in order, by kind.</param>
public sealed record HandledEvent(long AtMicros, string What, IReadOnlyList<string> Effects);

/// <summary>What a node of a run shows at a moment.</summary>
public sealed record NodeSnapshot
{
    /// <summary>The moment, virtual microseconds.</summary>
    public required long AtMicros { get; init; }

    /// <summary>Until when the replay was compared with the recorded run, virtual microseconds; -1 where no sample lies before the moment.</summary>
    public required long ComparedMicros { get; init; }

    /// <summary>Its number.</summary>
    public required int Node { get; init; }

    /// <summary>Its identity.</summary>
    public required string PeerId { get; init; }

    /// <summary>Its class.</summary>
    public required string Class { get; init; }

    /// <summary>The part that it plays; empty for an honest node.</summary>
    public required string Part { get; init; }

    /// <summary>Whether it is up.</summary>
    public required bool Up { get; init; }

    /// <summary>Counts its starts and crashes.</summary>
    public required int Life { get; init; }

    /// <summary>When its machine wants to be woken next, microseconds from the moment; null where it waits for others only.</summary>
    public required long? WakesInMicros { get; init; }

    /// <summary>Entries of its journal.</summary>
    public required int JournalEntries { get; init; }

    /// <summary>Of these, those that are durable.</summary>
    public required int JournalDurable { get; init; }

    /// <summary>Events that wait in the whole world.</summary>
    public required int Queued { get; init; }

    /// <summary>Numbers of the nodes that it has a connection with.</summary>
    public required IReadOnlyList<int> Peers { get; init; }

    /// <summary>The node among its peers; null while it is down.</summary>
    public required MeshView? Mesh { get; init; }

    /// <summary>Jobs that it issued.</summary>
    public required IReadOnlyList<JobView> Jobs { get; init; }

    /// <summary>Leases that it works or worked on.</summary>
    public required IReadOnlyList<LeaseView> Work { get; init; }

    /// <summary>The last events that its machine handled, oldest first.</summary>
    public required IReadOnlyList<HandledEvent> Handled { get; init; }
}
