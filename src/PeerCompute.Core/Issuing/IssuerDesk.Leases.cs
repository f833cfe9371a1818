// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Time;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Views;
using PeerCompute.Trust.Commitments;
using PeerCompute.Trust.Draws;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Core.Issuing;

/// <summary>The next step of one lease on the issuer's side: reveal, open, confirm, judge, close, or end it.</summary>
internal sealed partial class IssuerDesk
{
    /// <summary>How long to wait before outputs that did not come are asked for again.</summary>
    private static readonly TimeSpan FetchAgain = new(0, 0, 2);

    /// <summary>How often the own confirmation may break before the lease is given up.</summary>
    private const int BreaksMost = 3;

    private void Step(IssuedLease lease)
    {
        var link = lease.Link;
        if (link.Chains.Ended) return;
        if (GiveUp(lease)) return;
        if (!link.Agreed) return;
        if (link.Phase == LeasePhase.Committed) link.Add(new Reveal(lease.Job.Nonce(lease.Id)));
        if (link.Phase == LeasePhase.Opened) Confirm(lease);
        if (link.Phase == LeasePhase.Confirmed) Close(lease);
        if (link.Phase == LeasePhase.Closed && lease.SettleByMs == 0) lease.SettleByMs = node.NowMs + SettlePatienceMs;
    }

    /// <summary>Ends a lease whose deadline passed, whose worker failed, or whose job is over.</summary>
    private bool GiveUp(IssuedLease lease)
    {
        var (phase, now) = (lease.Link.Phase, node.NowMs);
        if (phase >= LeasePhase.Confirmed && phase != LeasePhase.Failed) return false;
        if (phase == LeasePhase.Failed) return Failed(lease, lease.Link.Chains.Body<Fail>()!);
        if (lease.Job.Ended) return CancelLease(lease, CancelReason.Cancelled, "the job has ended");
        if (phase == LeasePhase.Awarded && now > lease.Lease.StartByMs) return CancelLease(lease, CancelReason.Expired, "the worker did not sign in time");
        if (lease.Occupies && now > lease.Lease.ResultByMs) return CancelLease(lease, CancelReason.Expired, "the worker did not commit in time");
        if (now > lease.Lease.ConfirmByMs) return CancelLease(lease, CancelReason.Expired, "the result was not opened and confirmed in time");
        return false;
    }

    /// <summary>The worker gave up. Where its owner took the machine back, the worker is asked again later, as one that is busy.</summary>
    private bool Failed(IssuedLease lease, Fail fail)
    {
        if (fail.Kind == FailKind.Owner && lease.Job.Candidates.TryGetValue(lease.Lease.Worker, out var candidate))
        {
            candidate.Fresh = false;
            candidate.Decline ??= new Decline(lease.Lease.OfferId, DeclineReason.Busy, fail.Text);
            candidate.NextOffer = node.Now.Mono + OfferAgain;
        }

        return CancelLease(lease, CancelReason.Failed, fail.Text);
    }

    private bool CancelLease(IssuedLease lease, CancelReason reason, string text)
    {
        StopConfirming(lease);
        lease.Link.Add(new Cancel(reason, text));
        return true;
    }

    private void StopConfirming(IssuedLease lease)
    {
        if (lease.Confirming || lease.Fetching) node.Effects.Add(new StopRun(lease.Run));
        if (lease.Confirming) LookAtAll();
        lease.Confirming = lease.Fetching = false;
    }

    /// <summary>Fetches and opens the outputs and re-executes the range, side by side; a verdict comes when both are done.</summary>
    private void Confirm(IssuedLease lease)
    {
        if (lease.Open() is { Length: > 0 } wrong)
        {
            lease.Job.Candidates[lease.Lease.Worker].Distrusted = "its opening does not match what it committed to";
            CancelLease(lease, CancelReason.BadOpening, wrong);
            return;
        }

        if (lease.Breaks >= BreaksMost)
        {
            var why = $"this node could not re-execute lease {lease.Id.Short()}: {lease.BreakReason}";
            CancelLease(lease, CancelReason.Cancelled, "the issuer could not confirm");
            if (!lease.Job.Ended) End(lease.Job, JobState.Failed, why);
            return;
        }

        if (!lease.OutputsKept && !lease.Unavailable && !lease.Fetching && lease.NextFetch <= node.Now.Mono && node.Up.Contains(lease.Link.Other))
        {
            lease.Fetching = true;
            node.Effects.Add(new FetchBlobs(lease.Run, lease.Link.Other, lease.Outputs));
        }

        var missing = lease.ToConfirm();
        if (!lease.Unavailable && !lease.Confirming && !missing.IsEmpty && ConfirmingNow() < node.Settings.ConfirmSlots)
        {
            lease.Confirming = true;
            node.Effects.Add(new StartRun(lease.Run, lease.Job.Request.Spec, missing, ReadOnlyMemory<byte>.Empty));
        }

        if (lease.Unavailable || (lease.OutputsKept && missing.IsEmpty)) Judge(lease);
    }

    private int ConfirmingNow()
    {
        var count = 0;
        foreach (var jobId in _live)
        {
            var job = _jobs[jobId];
            foreach (var id in job.Live)
            {
                if (job.Leases[id].Confirming) count++;
            }
        }

        return count;
    }

    private void Judge(IssuedLease lease)
    {
        StopConfirming(lease);
        var chains = lease.Link.Chains;
        var findings = ImmutableArray.CreateBuilder<TaskVerdict>();
        foreach (var leaf in chains.Body<Opening>()!.Leaves)
        {
            if (lease.Unavailable)
            {
                findings.Add(new TaskVerdict(leaf.Task, VerdictOutcome.Unavailable, default));
                continue;
            }

            var recomputed = lease.Confirmed[leaf.Task].OutputHash;
            var outcome = recomputed == leaf.OutputHash ? VerdictOutcome.Accepted : VerdictOutcome.Rejected;
            findings.Add(new TaskVerdict(leaf.Task, outcome, recomputed));
        }

        var seed = DrawSeed.Of(lease.Id, chains.Body<Reveal>()!.Nonce, chains.Find<Commit>()!.Hash);
        lease.Link.Add(new Verdict(seed, node.Self, findings.ToImmutable()));
    }

    private void Close(IssuedLease lease)
    {
        var accepted = VerdictCheck.AcceptedIn(lease.Link.Chains.Body<Verdict>()!);
        lease.Link.Add(new Close(accepted, accepted * lease.Lease.Price.PerTaskMicro));
        lease.SettleByMs = node.NowMs + SettlePatienceMs;
    }

    private Instant NextDeadline(IssuedLease lease) => lease.Link.Phase switch
    {
        LeasePhase.Awarded => node.At(lease.Lease.StartByMs + 1),
        LeasePhase.Accepted or LeasePhase.Running => node.At(lease.Lease.ResultByMs + 1),
        LeasePhase.Closed => lease.SettleByMs == 0 || node.NowMs > lease.SettleByMs ? Instant.Never : node.At(lease.SettleByMs + 1),
        LeasePhase.Opened when !lease.Fetching && lease.NextFetch > node.Now.Mono => lease.NextFetch,
        LeasePhase.Confirmed or LeasePhase.Settled or LeasePhase.Cancelled => Instant.Never,
        _ => node.At(lease.Lease.ConfirmByMs + 1),
    };
}
