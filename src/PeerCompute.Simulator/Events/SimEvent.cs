// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Events;

/// <summary>One event with its unique order key (time, class, source, sequence): any queue gives the same order.</summary>
internal readonly struct SimEvent(long at, SimEventKind kind, int source, ulong sequence, int target, long tag, object? payload)
{
    /// <summary>When, microseconds of the run.</summary>
    public readonly long At = at;

    /// <summary>Who scheduled it: a node's index, or -1 for the world.</summary>
    public readonly int Source = source;

    /// <summary>Counts what the source scheduled.</summary>
    public readonly ulong Sequence = sequence;

    /// <summary>Index of the node it happens to, or -1.</summary>
    public readonly int Target = target;

    /// <summary>Meaning depends on the kind: a life, a peer's index, a journal position.</summary>
    public readonly long Tag = tag;

    public readonly object? Payload = payload;

    /// <summary>What it is.</summary>
    public readonly SimEventKind Kind = kind;

    public static bool Before(in SimEvent a, in SimEvent b)
    {
        if (a.At != b.At) return a.At < b.At;
        if (a.Kind != b.Kind) return a.Kind < b.Kind;
        if (a.Source != b.Source) return a.Source < b.Source;
        return a.Sequence < b.Sequence;
    }
}
