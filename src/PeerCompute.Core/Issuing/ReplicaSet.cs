// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Trust.Draws;
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

    /// <summary>The output that enough workers gave for a task; none while they have not.</summary>
    public Hash32 WinnerOf(uint task) => Best(task) is var (output, votes) && votes >= Needed ? output : default;

    /// <summary>Equal outputs that the task with the fewest still needs; 0 when every task of the range is decided.</summary>
    public uint Missing()
    {
        uint missing = 0;
        foreach (var leaf in Range)
        {
            var votes = Best(leaf.Task).Votes;
            if (votes < Needed) missing = Math.Max(missing, Needed - votes);
        }

        return missing;
    }

    /// <summary>The lease whose output of a task is kept: one that is here already, else the first whose worker is there.</summary>
    public IssuedLease? SourceOf(uint task, OrderedSet<PeerId> up)
    {
        var winner = WinnerOf(task);
        IssuedLease? best = null;
        foreach (var lease in Leases)
        {
            if (!lease.Opened || lease.Unavailable || lease.OutputOf(task) != winner) continue;
            if (lease.OutputsKept) return lease;
            if (best is null || (!up.Contains(best.Link.Other) && up.Contains(lease.Link.Other))) best = lease;
        }

        return best;
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
                if (other.Opened && other.OutputOf(task) == output) votes++;
            }

            if (votes > best.Votes) best = (output, votes);
        }

        return best;
    }
}
