// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Time;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Views;
using PeerCompute.Trust.Receipts;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Core.Issuing;

/// <summary>The next step of a job: looked at after every event that touches it.</summary>
internal sealed partial class IssuerDesk
{
    /// <summary>How long a job waits for a first bid before it says that nobody wants it.</summary>
    private const ulong BidPatienceMs = 60_000;

    /// <summary>How long a closed lease waits for the worker's last word before the receipt goes without, milliseconds.</summary>
    private const ulong SettlePatienceMs = 30_000;

    /// <summary>How long after its deadline an ended job still looks for workers to tell them, milliseconds.</summary>
    private const ulong ForgetAfterMs = 600_000;

    /// <summary>Least time between two looks at a job that nothing happened to.</summary>
    private static readonly TimeSpan LookAgain = new(TimeSpan.TicksPerMillisecond * 250);

    private void Advance(IssuedJob job)
    {
        if (!job.Ended && node.NowMs > job.Request.DeadlineMs) EndAtDeadline(job);
        foreach (var id in new List<Hash32>(job.Live)) Step(job.Leases[id]);
        foreach (var id in new List<Hash32>(job.OpenSets)) Agree(job, job.Sets[id]);
        Prune(job);
        if (!job.Ended) Judge(job);
        if (!job.Ended && !WaitsForPeers(job)) job.Offer ??= MakeOffer(job);
        if (job.Offer is null && !job.Ended)
        {
            node.Timers.Set(job.Id, node.Now.Mono + LookAgain);
            return;
        }

        Discover(job);
        Contact(job);
        if (!job.Ended)
        {
            while (Award(job))
            {
            }

            if (job.Tasks.AllDone && AllOver(job)) Finish(job);
        }

        Prune(job);
        TidyCheckpoints(job);
        if (!job.Ended) ShareHolders(job);
        if (job.Ended && (job.IsOver || node.NowMs > job.Request.DeadlineMs + ForgetAfterMs)) _live.Remove(job.Id);
        var sweep = Sweep(job);
        node.Timers.Set(job.Id, _live.Contains(job.Id) ? Instant.Min(sweep, NextLook(job)) : sweep);
        node.Effects.Add(new JobChanged(job.Id));
    }

    private static void Prune(IssuedJob job)
    {
        foreach (var id in new List<Hash32>(job.Live))
        {
            var link = job.Leases[id].Link;
            if (!link.Chains.Ended) continue;
            job.Live.Remove(id);
            if (link.Phase == LeasePhase.Cancelled) job.Unheard.Add(id);
        }

        foreach (var id in new List<Hash32>(job.Unheard))
        {
            if (job.Leases[id].Link.Heard) job.Unheard.Remove(id);
        }
    }

    /// <summary>Ends a job that cannot be done as asked.</summary>
    private void Judge(IssuedJob job)
    {
        if (job.Fault.Length > 0)
        {
            End(job, JobState.Failed, job.Fault);
            return;
        }

        if (job.Tasks.Exhausted() is { } task)
        {
            End(job, JobState.Failed, $"task {task} was leased {Market.Jobs.TaskBook.AttemptsMost} times without a result; last: {LastFailure(job)}");
            return;
        }

        job.Cause = "";
        if (job.Tasks.AllDone || job.Live.Count > 0) return;
        var hopeful = false;
        foreach (var candidate in job.Candidates.Values) hopeful |= candidate.Hopeful;
        var waited = node.NowMs > (ulong)job.SubmittedMs + BidPatienceMs && job.Leases.Count == 0 && !AnyFetching(job) && Waits(job).Length > 0;
        if (waited || (!hopeful && !job.Request.Discover))
            End(job, JobState.Failed, "no worker is left for the job; " + (Waits(job) is { Length: > 0 } waits ? waits : Whys(job)));
        else job.Cause = Waits(job);
    }

    /// <summary>What a job without leases waits for, or empty.</summary>
    private string Waits(IssuedJob job)
    {
        if (!AnyWilling(job)) return "waits for a worker; " + Whys(job);
        var (pool, least) = (PoolOf(job).Members.Length, job.Request.Verification.PoolLeast);
        return pool >= least ? ""
            : $"waits for workers: {job.Request.Verification.Replicas} equal outputs of each task need {least} workers that bid, {pool} have; " + Whys(job);
    }

    private void End(IssuedJob job, JobState state, string cause)
    {
        (job.State, job.Cause, job.EndedMs) = (state, cause, node.Now.WallMs);
        node.Keep(new JobEnded(job.Id, state, cause, job.EndedMs, job.Receipt));
        EndOffer(job);
        foreach (var id in new List<Hash32>(job.Live)) Step(job.Leases[id]);
        Withhold(job);
    }

    private void Finish(IssuedJob job)
    {
        var leases = new List<ReceiptDraftLease>();
        foreach (var lease in job.Leases.Values)
        {
            if (lease.Link.Chains.Body<Close>() is null) continue;
            leases.Add(new ReceiptDraftLease(lease.Link.Chains, lease.Bid!));
        }

        var draft = new ReceiptDraft(node.Header(job.Id, 1), job.Id, job.Request.Spec, job.Offer!.Envelope, job.SubmittedMs, node.Now.WallMs, leases);
        job.Receipt = ReceiptBuilder.Build(node.Signer, draft);
        End(job, JobState.Accepted, "");
        node.Effects.Add(new IssueReceipt(job.Id, job.Receipt));
    }

    /// <summary>The deadline passed: the job is done when only the workers' last words are missing.</summary>
    private void EndAtDeadline(IssuedJob job)
    {
        var done = job.Tasks.AllDone;
        foreach (var id in job.Live) done &= job.Leases[id].Link.Phase is LeasePhase.Closed or LeasePhase.Settled or LeasePhase.Cancelled;
        if (done) Finish(job);
        else End(job, JobState.Expired, Late(job));
    }

    private static bool AllOver(IssuedJob job)
    {
        foreach (var id in job.Live)
        {
            if (!job.Leases[id].Over) return false;
        }

        return true;
    }

    private Instant NextLook(IssuedJob job)
    {
        var wake = node.At(job.Request.DeadlineMs + (job.Ended ? ForgetAfterMs : 0) + 1);
        if (!job.Ended && job.Leases.Count == 0) wake = Instant.Min(wake, node.At((ulong)job.SubmittedMs + BidPatienceMs + 1));
        if (job.Request.Discover && !job.Ended && !job.Tasks.AllDone && Usable(job) < WorkersWanted(job))
            wake = Instant.Min(wake, Instant.Min(job.NextSearch, job.NextAnnounce));
        if (job.FirstBid != Instant.Never && node.Now.Mono < job.FirstBid + GatherBids) wake = Instant.Min(wake, job.FirstBid + GatherBids);
        foreach (var id in job.Live)
        {
            var lease = job.Leases[id];
            wake = Instant.Min(wake, lease.Link.Keep());
            wake = Instant.Min(wake, NextDeadline(lease));
            if (job.Candidates.TryGetValue(lease.Link.Other, out var worker) && worker.GoneAt != Instant.Never && worker.GoneAt + GoneAfter > node.Now.Mono)
                wake = Instant.Min(wake, worker.GoneAt + GoneAfter);
        }

        foreach (var id in job.Unheard) wake = Instant.Min(wake, job.Leases[id].Link.Keep());
        foreach (var candidate in Wanted(job))
        {
            if (!node.Up.Contains(candidate.Peer)) wake = Instant.Min(wake, candidate.NextReach);
            else if (!job.Ended && !candidate.Fresh) wake = Instant.Min(wake, candidate.NextOffer);
        }

        // What could be done now is done: never look again at once.
        return wake <= node.Now.Mono ? node.Now.Mono + LookAgain : wake;
    }

    private static bool AnyBid(IssuedJob job)
    {
        foreach (var candidate in job.Candidates.Values)
        {
            if (candidate.Bid is not null) return true;
        }

        return false;
    }

    private static bool AnyWilling(IssuedJob job)
    {
        foreach (var candidate in job.Candidates.Values)
        {
            if (candidate.Bid is not null && candidate.Decline is null) return true;
        }

        return false;
    }

    /// <summary>Whether a worker that is here gets the job's image: it may take as long as the job has.</summary>
    private bool AnyFetching(IssuedJob job)
    {
        foreach (var candidate in job.Candidates.Values)
        {
            if (candidate.Hopeful && candidate.Decline is { Reason: DeclineReason.Fetching } && node.Up.Contains(candidate.Peer)) return true;
        }

        return false;
    }

    private static string Whys(IssuedJob job)
    {
        var lines = new List<string>();
        foreach (var candidate in job.Candidates.Values) lines.Add(candidate.Why());
        return lines.Count == 0 ? "none that fits has been found" : string.Join("; ", lines);
    }

    private static string Late(IssuedJob job)
        => $"the deadline passed with {job.Tasks.Done} of {job.Request.Spec.Tasks} tasks accepted; {Whys(job)}; give a later deadline or more workers";

    private static string LastFailure(IssuedJob job)
    {
        var last = "";
        foreach (var lease in job.Leases.Values)
        {
            if (lease.View().Text is { Length: > 0 } text) last = text;
        }

        return last;
    }
}
