// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Trust.Draws;
using PeerCompute.Wire.Checkpoints;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Issuing;

/// <summary>Confirmation by replicas: draws workers after the first commit, compares what they open, judges by equal outputs.</summary>
internal sealed partial class IssuerDesk
{
    /// <summary>How long bids are gathered before the first award, so that the pool is not just who was fastest.</summary>
    private static readonly TimeSpan GatherBids = new(TimeSpan.TicksPerMillisecond * 500);

    /// <summary>A pool of this size needs no waiting for more.</summary>
    private const int PoolPlenty = 32;

    /// <summary>The workers that an award may draw from now: connected, their bids said over this connection, trusted.</summary>
    private Pool PoolOf(IssuedJob job)
    {
        if (job.Request.Verification.By == ConfirmedBy.Issuer) return Pool.Empty;
        var members = new List<PeerId>();
        foreach (var candidate in job.Candidates.Values)
        {
            if (members.Count < WireLimits.PoolMembers && Usable(candidate)) members.Add(candidate.Peer);
        }

        return Pool.Of(members);
    }

    private bool Usable(Candidate candidate)
        => candidate.Bid is { } bid && candidate.Fresh && candidate.Hopeful && candidate.Decline is null
            && bid.ValidUntilMs >= node.NowMs && node.Up.Contains(candidate.Peer);

    /// <summary>Whether a pool is good enough to award from; false while more bids may come.</summary>
    private bool PoolSuffices(IssuedJob job, Pool pool)
    {
        if (job.Request.Verification.By == ConfirmedBy.Issuer) return true;
        if (pool.Members.Length < job.Request.Verification.PoolLeast) return false;
        return pool.Members.Length >= PoolPlenty || node.Now.Mono >= job.FirstBid + GatherBids;
    }

    /// <summary>The next step of a range: draw, wait, fetch, judge, or give up.</summary>
    private void Agree(IssuedJob job, ReplicaSet set)
    {
        if (set.First.Link.Phase == LeasePhase.Cancelled)
        {
            Dissolve(job, set, "the lease that it was drawn for has ended");
            return;
        }

        if (!set.First.Opened || job.Ended || !AreCompared(job, set)) return;
        if (set.Missing() is > 0 and var missing) DrawReplicas(job, set, missing);
        else if (OutputsAreHere(job, set)) JudgeSet(job, set);
    }

    private void DrawReplicas(IssuedJob job, ReplicaSet set, uint missing)
    {
        var hopeful = false;
        var pending = set.Pending;
        var order = set.Order();
        for (var place = 0; place < order.Length && pending < missing && set.Leases.Count < WireLimits.LeasesPerRange; place++)
        {
            if (set.Holds(order[place]) || set.First.Makers.Contains(order[place]) || !job.Candidates.TryGetValue(order[place], out var candidate)) continue;
            if (Usable(candidate))
            {
                var range = (set.First.Lease.FirstTask, (uint)set.Range.Length);
                Award(job, candidate, new AwardPlace(range.FirstTask, range.Item2, (uint)set.Leases.Count, set.Pool, set.First.Id, (uint)place));
                pending++;
            }
            else
            {
                hopeful |= candidate.Hopeful && candidate.Bid is not null;
            }
        }

        if (pending > 0 || hopeful || MayBeCompared(set)) return;
        var kind = set.IsTolerant ? "alike" : "equal";
        var last = set.Likeness.Difference is { Length: > 0 } difference ? "; " + difference : "";
        Dissolve(job, set, $"{set.Leases.Count} workers gave no {set.Needed} {kind} outputs and nobody else can be drawn{last}");
    }

    /// <summary>Whether an output that won is in the store for every task; fetches what is missing.</summary>
    private bool OutputsAreHere(IssuedJob job, ReplicaSet set)
    {
        var here = true;
        foreach (var leaf in set.Range)
        {
            var sources = set.SourcesOf(leaf.Task, node.Up);
            if (sources.Exists(static source => source.OutputsKept)) continue;
            here = false;
            sources.RemoveAll(Gone);
            if (sources.Count == 0)
            {
                Dissolve(job, set, "nobody is left who has the outputs");
                return false;
            }

            // One that fails or takes too long is asked on, and the next one beside it.
            foreach (var source in sources)
            {
                if (IsAwaited(source)) break;
            }
        }

        return here;
    }

    /// <summary>Judges every opened lease of a range: first those whose outputs are kept, so that a task that is done stays done.</summary>
    private void JudgeSet(IssuedJob job, ReplicaSet set)
    {
        foreach (var kept in new[] { true, false })
        {
            foreach (var lease in set.Leases)
            {
                if (lease.Link.Phase != LeasePhase.Opened || lease.OutputsKept != kept) continue;
                if (!GoesAstray(lease, leaf => set.FindingOf(lease, leaf.Task))) AddVerdict(lease, leaf => set.FindingOf(lease, leaf.Task));
            }
        }

        foreach (var lease in set.Leases)
        {
            if (lease.Link.Phase == LeasePhase.Confirmed) Close(lease);
            else if (!lease.Link.Chains.Ended && lease.Link.Phase < LeasePhase.Confirmed) CancelLease(lease, CancelReason.Cancelled, "the range is decided");
        }

        job.OpenSets.Remove(set.First.Id);
    }

    /// <summary>Ends every lease of a range that could not be decided; its tasks return to the market.</summary>
    private void Dissolve(IssuedJob job, ReplicaSet set, string why)
    {
        StopComparing(set);
        foreach (var lease in set.Leases)
        {
            if (!lease.Link.Chains.Ended && lease.Link.Phase < LeasePhase.Confirmed) CancelLease(lease, CancelReason.Cancelled, why);
        }

        job.OpenSets.Remove(set.First.Id);
    }

    private void AddVerdict(IssuedLease lease, Func<TaskLeaf, TaskVerdict> finding)
    {
        StopConfirming(lease);
        var chains = lease.Link.Chains;
        var findings = ImmutableArray.CreateBuilder<TaskVerdict>();
        foreach (var leaf in chains.Body<Opening>()!.Leaves)
        {
            findings.Add(lease.Unavailable ? new TaskVerdict(leaf.Task, VerdictOutcome.Unavailable, default) : finding(leaf));
        }

        var seed = DrawSeed.Of(lease.Id, chains.Body<Reveal>()!.Nonce, chains.Find<Commit>()!.Hash);
        lease.Link.Add(new Verdict(seed, node.Self, findings.ToImmutable()));
    }

    /// <summary>Which range an award gives, and where its worker stands.</summary>
    /// <param name="First">First task.</param>
    /// <param name="Count">Tasks.</param>
    /// <param name="Slot">Replica slot.</param>
    /// <param name="Pool">Who replicas are drawn from.</param>
    /// <param name="DrawnFrom">Lease of the first worker, or none.</param>
    /// <param name="Place">Place in the draw's order.</param>
    private sealed record AwardPlace(uint First, uint Count, uint Slot, Pool Pool, Hash32 DrawnFrom, uint Place)
    {
        /// <summary>What its one task goes on from; null: all its tasks begin.</summary>
        public Checkpoint? Resume { get; init; }
    }
}
