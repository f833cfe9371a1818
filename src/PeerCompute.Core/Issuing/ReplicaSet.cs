// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Trust.Draws;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Issuing;

/// <summary>All leases of one range: the first worker's and those of the workers that were drawn after it had committed.</summary>
/// <param name="first">The first worker's lease.</param>
internal sealed class ReplicaSet(IssuedLease first)
{
    private ImmutableArray<PeerId> _order;

    public IssuedLease First => first;

    /// <summary>The first worker's lease, then the replicas in the order of their slots.</summary>
    public List<IssuedLease> Leases { get; } = [first];

    /// <summary>Whether outputs count as equal that are alike by the spec's comparators.</summary>
    public bool IsTolerant => first.Lease.Verification.Tolerant;

    /// <summary>What was found out about outputs that are not equal.</summary>
    public Likeness Likeness { get; } = new();

    /// <summary>Whether a comparison is under way.</summary>
    public bool Comparing { get; set; }

    /// <summary>Equal outputs that a task needs.</summary>
    public uint Needed => first.Lease.Verification.Replicas;

    /// <summary>Tasks of the range: those that the first worker opened.</summary>
    public ImmutableArray<TaskLeaf> Range => first.Link.Chains.Body<Opening>()!.Leaves;

    /// <summary>The pool that the first worker signed.</summary>
    public Pool Pool => ((Award)first.Link.Chains.Issuer[0].Entry.Body).Pool;

    /// <summary>Leases that have neither opened nor ended.</summary>
    public int Pending
    {
        get
        {
            var pending = 0;
            foreach (var lease in Leases)
            {
                if (!lease.Opened && !lease.Link.Chains.Ended) pending++;
            }

            return pending;
        }
    }

    /// <summary>The order in which workers are asked; known once the first worker's nonce is revealed.</summary>
    public ImmutableArray<PeerId> Order()
    {
        if (!_order.IsDefault) return _order;
        var chains = first.Link.Chains;
        var seed = DrawSeed.Of(first.Id, chains.Body<Reveal>()!.Nonce, chains.Find<Commit>()!.Hash);
        return _order = Draw.Order(Pool, seed, first.Lease.Worker, first.Lease.Issuer, first.Lease.Steward);
    }

    /// <summary>Whether a worker holds a lease of this range already.</summary>
    public bool Holds(PeerId worker)
    {
        foreach (var lease in Leases)
        {
            if (lease.Link.Other == worker) return true;
        }

        return false;
    }

    /// <summary>Whether one more lease of this range may go to a worker: of the pool, with no lease of it and no part in what it goes on from.</summary>
    public bool MayDraw(PeerId worker)
        => First.Opened && Leases.Count < WireLimits.LeasesPerRange && Order().Contains(worker) && !Holds(worker) && !First.Makers.Contains(worker);

    /// <summary>
    /// The output that enough workers gave for a task; none while they have not. Of alike ones the one that most others are alike to, since what is alike to
    /// it need not be so to each other; of several the one of the lowest slot. A verdict that goes by one settles it.
    /// </summary>
    public Hash32 WinnerOf(uint task)
    {
        if (Settled(task) is { IsZero: false } settled) return settled;
        return Best(task) is var (output, votes) && votes >= Needed ? output : default;
    }

    /// <summary>What is found of a lease's output of a task that has a winner.</summary>
    public TaskVerdict FindingOf(IssuedLease lease, uint task)
    {
        var (output, winner) = (lease.OutputOf(task), WinnerOf(task));
        if (Likeness.AreAlike(task, output, winner)) return new TaskVerdict(task, VerdictOutcome.Accepted, winner);
        return IsTolerant && !Likeness.Differ(task, output, winner)
            ? new TaskVerdict(task, VerdictOutcome.Unavailable, default)
            : new TaskVerdict(task, VerdictOutcome.Rejected, winner);
    }

    /// <summary>Equal outputs that the task with the fewest still needs; 0 when every task of the range is decided.</summary>
    public uint Missing()
    {
        uint missing = 0;
        foreach (var leaf in Range)
        {
            if (!Settled(leaf.Task).IsZero) continue;
            var votes = Best(leaf.Task).Votes;
            if (votes < Needed) missing = Math.Max(missing, Needed - votes);
        }

        return missing;
    }

    /// <summary>Opened outputs of one task that are not equal and not compared, two and two; where both are judged, nothing depends on it.</summary>
    public IEnumerable<(uint Task, IssuedLease A, IssuedLease B)> Unknown()
    {
        foreach (var leaf in Range)
        {
            for (var i = 0; i < Leases.Count; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    var (a, b) = (Leases[j], Leases[i]);
                    if (a.Link.Phase != LeasePhase.Opened && b.Link.Phase != LeasePhase.Opened) continue;
                    if (Shows(a, leaf.Task) && Shows(b, leaf.Task) && !Likeness.IsKnown(leaf.Task, a.OutputOf(leaf.Task), b.OutputOf(leaf.Task)))
                        yield return (leaf.Task, a, b);
                }
            }
        }
    }

    private static bool Shows(IssuedLease lease, uint task) => lease.Opened && !lease.Unavailable && !lease.OutputOf(task).IsZero;

    /// <summary>The output that a verdict of this range goes by already, as after a crash between two; else none.</summary>
    private Hash32 Settled(uint task)
    {
        foreach (var lease in Leases)
        {
            var at = (long)task - lease.Lease.FirstTask;
            if (lease.Link.Chains.Body<Verdict>() is { } verdict && at >= 0 && at < verdict.Tasks.Length && !verdict.Tasks[(int)at].Recomputed.IsZero)
                return verdict.Tasks[(int)at].Recomputed;
        }

        return default;
    }

    /// <summary>The leases whose workers gave the output that a task goes by: those whose workers are there, then the others, each in the order of their
    /// slots.</summary>
    public List<IssuedLease> SourcesOf(uint task, OrderedSet<PeerId> up)
    {
        var winner = WinnerOf(task);
        var sources = Leases.FindAll(lease => lease.Opened && !lease.Unavailable && lease.OutputOf(task) == winner);
        var there = sources.FindAll(source => up.Contains(source.Link.Other));
        sources.RemoveAll(there.Contains);
        return [.. there, .. sources];
    }

    private (Hash32 Output, uint Votes) Best(uint task)
    {
        (Hash32 Output, uint Votes) best = default;
        foreach (var lease in Leases)
        {
            if (!lease.Opened) continue;
            var output = lease.OutputOf(task);
            if (output.IsZero) continue;
            uint votes = 0;
            foreach (var other in Leases)
            {
                if (other.Opened && Likeness.AreAlike(task, output, other.OutputOf(task))) votes++;
            }

            if (votes > best.Votes) best = (output, votes);
        }

        return best;
    }
}
