// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Time;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Views;
using PeerCompute.Trust.Commitments;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Core.Issuing;

/// <summary>The next step of one lease on the issuer's side: reveal, open, confirm, judge, close, or end it.</summary>
internal sealed partial class IssuerDesk
{
    /// <summary>How long to wait before outputs that did not come are asked for again.</summary>
    private static readonly TimeSpan FetchAgain = new(0, 0, 2);

    /// <summary>How long a worker may be away before its tasks go to another.</summary>
    private static readonly TimeSpan GoneAfter = new(0, 0, 15);

    /// <summary>How often the own confirmation may break before the lease is given up.</summary>
    private const int BreaksMost = 3;

    private void Step(IssuedLease lease)
    {
        var link = lease.Link;
        if (link.Chains.Ended) return;
        if (GiveUp(lease)) return;
        if (!link.Agreed) return;
        if (link.Phase == LeasePhase.Committed) link.Add(new Reveal(lease.Job.Nonce(lease.Id, link.Chains.Issuer[0].Entry.Header.Incarnation)));
        if (link.Phase == LeasePhase.Opened && CheckOpening(lease) && lease.Lease.Verification.By == ConfirmedBy.Issuer) Confirm(lease);
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
        if (phase < LeasePhase.Opened && Gone(lease)) return CancelLease(lease, CancelReason.Expired, "the worker is gone");
        if (phase < LeasePhase.Opened && lease.Link.Equivocated) return Convict(lease);
        if (phase == LeasePhase.Revealed && Stalls(lease)) return CancelLease(lease, CancelReason.Expired, "the worker does not open its commit");
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

    /// <summary>The worker signed two entries for one place: which one it would stand by is not waited for.</summary>
    private bool Convict(IssuedLease lease)
    {
        return CancelLease(lease, CancelReason.BadOpening, "the worker signed two entries for one place");
    }

    /// <summary>Whether a commit has not been opened for so long that another one shall have the tasks, and one is there.</summary>
    private bool Stalls(IssuedLease lease)
    {
        lease.AwaitOpening();
        return node.Now.Mono >= lease.OpenBy && IsOther(lease);
    }

    /// <summary>Whether a lease's worker has been away for so long that another one shall have the tasks, and one is there.</summary>
    private bool Gone(IssuedLease lease)
    {
        if (!lease.Job.Candidates.TryGetValue(lease.Link.Other, out var worker) || worker.GoneAt == Instant.Never) return false;
        return node.Now.Mono >= worker.GoneAt + GoneAfter && IsOther(lease);
    }

    /// <summary>
    /// Whether another worker can take a lease's place: a replica's, who is drawn from its range's pool; a first one's, who still leaves a pool.
    /// </summary>
    private bool IsOther(IssuedLease lease)
    {
        var set = lease.Lease.Slot > 0 ? lease.Job.Sets[lease.Lease.DrawnFrom] : null;
        var others = 0;
        foreach (var other in lease.Job.Candidates.Values)
        {
            if (other.Peer != lease.Link.Other && Usable(other) && (set is null || set.MayDraw(other.Peer))) others++;
        }

        return others >= (set is null ? Math.Max(1, lease.Lease.Verification.PoolLeast) : 1);
    }

    private bool CancelLease(IssuedLease lease, CancelReason reason, string text)
    {
        StopConfirming(lease);
        StopBringing(lease);
        node.Effects.Add(new UnpinBlobs(lease.Run));
        lease.Link.Add(new Cancel(reason, text));
        return true;
    }

    private void StopConfirming(IssuedLease lease)
    {
        if (lease.Confirming || lease.Fetching) node.Effects.Add(new StopRun(lease.Run));
        if (lease.Confirming) LookAtAll();
        lease.Confirming = lease.Fetching = false;
    }

    /// <summary>Opens a commit; ends the lease where the opening does not match.</summary>
    private bool CheckOpening(IssuedLease lease)
    {
        if (lease.Open() is not { Length: > 0 } wrong) return true;
        lease.Job.Candidates[lease.Lease.Worker].Distrusted = "its opening does not match what it committed to";
        CancelLease(lease, CancelReason.BadOpening, wrong);
        return false;
    }

    /// <summary>Fetches and opens the outputs and re-executes the range, side by side; a verdict comes when both are done.</summary>
    private void Confirm(IssuedLease lease)
    {
        if (lease.Breaks >= BreaksMost)
        {
            var why = $"this node could not re-execute lease {lease.Id.Short()}: {lease.BreakReason}";
            CancelLease(lease, CancelReason.Cancelled, "the issuer could not confirm");
            if (!lease.Job.Ended) End(lease.Job, JobState.Failed, why);
            return;
        }

        FetchOutputs(lease);
        var missing = lease.ToConfirm();
        if (!lease.Unavailable && !lease.Confirming && !missing.IsEmpty && ConfirmingNow() < node.Settings.ConfirmSlots)
        {
            lease.Confirming = true;
            node.Effects.Add(new StartRun(lease.Run, lease.Job.Request.Spec, missing, ReadOnlyMemory<byte>.Empty) { Secrets = lease.Job.Secrets });
        }

        if (!lease.Unavailable && (!lease.OutputsKept || !missing.IsEmpty)) return;
        if (!GoesAstray(lease, leaf => Recomputed(lease, leaf))) AddVerdict(lease, leaf => Recomputed(lease, leaf));
    }

    private static TaskVerdict Recomputed(IssuedLease lease, TaskLeaf leaf)
    {
        var output = lease.Confirmed[leaf.Task].OutputHash;
        return new TaskVerdict(leaf.Task, output == leaf.OutputHash ? VerdictOutcome.Accepted : VerdictOutcome.Rejected, output);
    }

    private void FetchOutputs(IssuedLease lease)
    {
        lease.Want();
        if (lease.OutputsKept || lease.Unavailable || lease.Fetching || lease.NextFetch > node.Now.Mono || !node.Up.Contains(lease.Link.Other)) return;
        lease.Fetching = true;
        Pin(lease);
        uint? faults = lease.Lease.Verification.By == ConfirmedBy.Issuer ? null : lease.Lease.FirstTask;
        node.Effects.Add(new FetchBlobs(lease.Run, lease.Link.Other, lease.Outputs, OutputToken(lease)) { FaultsFrom = faults });
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
        LeasePhase.Revealed when lease.OpenBy > node.Now.Mono => Instant.Min(lease.OpenBy, node.At(lease.Lease.ConfirmByMs + 1)),
        LeasePhase.Closed => lease.SettleByMs == 0 || node.NowMs > lease.SettleByMs ? Instant.Never : node.At(lease.SettleByMs + 1),
        LeasePhase.Opened => NextOfOpened(lease),
        LeasePhase.Confirmed or LeasePhase.Settled or LeasePhase.Cancelled => Instant.Never,
        _ => node.At(lease.Lease.ConfirmByMs + 1),
    };

    private Instant NextOfOpened(IssuedLease lease)
    {
        var next = node.At(lease.Lease.ConfirmByMs + 1);
        if (!lease.Fetching && lease.NextFetch > node.Now.Mono) next = Instant.Min(next, lease.NextFetch);
        return lease.LateAt > node.Now.Mono ? Instant.Min(next, lease.LateAt) : next;
    }
}
