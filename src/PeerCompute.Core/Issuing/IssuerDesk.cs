// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Views;
using PeerCompute.Market.Adverts;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Core.Issuing;

/// <summary>The issuer's side of a node: offers jobs, awards leases, reveals, confirms, closes, writes receipts.</summary>
/// <param name="node">What the machines share.</param>
internal sealed partial class IssuerDesk(NodeContext node)
{
    /// <summary>Jobs remembered, ended ones included; submitting one more is refused by the shell.</summary>
    public const int JobsMost = 10_000;

    private readonly OrderedMap<Hash32, IssuedJob> _jobs = new(JobsMost);
    private readonly OrderedMap<Hash32, IssuedLease> _leases = new();
    private readonly OrderedSet<Hash32> _live = new();

    public bool HasJob(Hash32 jobId) => _jobs.ContainsKey(jobId);

    public bool HasLease(Hash32 leaseId) => _leases.ContainsKey(leaseId);

    public IReadOnlyList<JobView> Views()
    {
        var views = new List<JobView>();
        foreach (var job in _jobs.Values) views.Add(job.View());
        return views;
    }

    public JobView? View(Hash32 jobId) => _jobs.TryGetValue(jobId, out var job) ? job.View() : null;

    public void Submit(JobRequest request)
    {
        var id = request.IdFor(node.Self);
        if (_jobs.IsFull || _jobs.ContainsKey(id)) return;
        node.Keep(new JobAdded(id, request, node.Now.WallMs));
        var job = Open(id, request, node.Now.WallMs);
        _live.Add(id);
        Share(job);
        Advance(job);
    }

    public void Cancel(Hash32 jobId)
    {
        if (!_jobs.TryGetValue(jobId, out var job) || job.Ended) return;
        End(job, JobState.Cancelled, "cancelled by the client");
        Advance(job);
    }

    /// <summary>Adds what is held of what others say.</summary>
    /// <returns>Units that may wait for a time.</returns>
    public int AddHoldings(List<Holding> held)
    {
        var (candidates, leases) = (0, 0);
        foreach (var job in _jobs.Values)
        {
            candidates = Math.Max(candidates, job.Candidates.Count);
            leases += job.Leases.Count;
        }

        held.Add(new Holding("jobs", _jobs.Count, JobsMost));
        held.Add(new Holding("candidates of a job", candidates, IssuedJob.CandidatesMost));
        held.Add(new Holding("leases issued", _leases.Count, leases));
        held.Add(new Holding("leases that speak", _speaking.Count, LiveMost));
        return _jobs.Count;
    }

    public void PeerUp(PeerId peer)
    {
        TellCollected(peer);
        BringBackFrom(peer);
        foreach (var job in Live())
        {
            if (!job.Candidates.TryGetValue(peer, out var candidate)) continue;
            candidate.Unreachable = "";
            candidate.Tries = 0;
            candidate.GoneAt = Instant.Never;
            candidate.NextOffer = node.Now.Mono;
            candidate.Fresh = false;
            foreach (var id in job.Live)
            {
                if (job.Leases[id].Link.Other == peer) job.Leases[id].Link.Ask();
            }

            foreach (var id in job.Unheard)
            {
                if (job.Leases[id].Link.Other == peer) job.Leases[id].Link.Ask();
            }

            Advance(job);
        }
    }

    public void PeerDown(PeerId peer)
    {
        foreach (var job in Live())
        {
            if (!job.Candidates.TryGetValue(peer, out var candidate)) continue;
            (candidate.Fresh, candidate.GoneAt) = (false, node.Now.Mono);
            Advance(job);
        }
    }

    public void PeerUnreachable(PeerUnreachable e)
    {
        foreach (var job in Live())
        {
            if (!job.Candidates.TryGetValue(e.Peer, out var candidate)) continue;
            candidate.Unreachable = e.Reason;
            Advance(job);
        }
    }

    public void BidCame(BidCame e)
    {
        foreach (var job in Live())
        {
            if (job.Offer?.Id != e.Bid.OfferId) continue;
            var direct = e.From == e.Bid.Worker;
            if (!direct && (!job.IsVia(e.From) || !WithinReach(job, e.Bid.Worker))) return;
            if (job.Request.Discover) job.Find(e.Bid.Worker, e.Bid.Addresses);
            if (!job.Candidates.TryGetValue(e.Bid.Worker, out var candidate)) return;
            if (!direct)
            {
                // Passed on by a peer: the bid counts when the worker says it itself, over a connection that we dial.
                Advance(job);
                return;
            }

            if (e.Bid.PerTaskMicro > job.Request.PriceCeilingMicro || e.Bid.Semantics != job.Offer.Offer.Semantics) return;
            if (!IsolationRank.Meets(e.Bid.Isolation, job.Offer.Offer.Isolation))
            {
                candidate.Distrusted = $"its isolation class is {e.Bid.Isolation}, the job needs {job.Offer.Offer.Isolation}";
                Advance(job);
                return;
            }

            var ahead = (long)e.Bid.Header.TimeMs - node.Now.WallMs;
            if (ahead > Market.Bids.BidPolicy.SkewMs)
            {
                candidate.Distrusted = $"its clock is {ahead / 1000} s ahead of this node's; set both by NTP";
                Advance(job);
                return;
            }

            if (candidate.BidEnvelope is null || !candidate.BidEnvelope.Equals(e.Envelope))
            {
                if (++candidate.Bids > Candidate.BidsMost) return;
                node.Keep(new BidTaken(job.Id, e.Envelope));
                Take(job, e.Bid, e.Envelope);
            }

            candidate.Fresh = true;
            candidate.Decline = null;
            job.FirstBid = Instant.Min(job.FirstBid, node.Now.Mono);
            Advance(job);
            return;
        }
    }

    public void DeclineCame(DeclineCame e)
    {
        foreach (var job in Live())
        {
            if (job.Offer?.Id != e.Decline.OfferId || !job.Candidates.TryGetValue(e.From, out var candidate)) continue;
            candidate.Decline = e.Decline;
            candidate.Fresh = false; // a bid that it gave before stands no more
            candidate.NextOffer = node.Now.Mono + OfferAgain;
            Advance(job);
            return;
        }
    }

    public void EntriesCame(EntriesCame e)
    {
        if (!_leases.TryGetValue(e.Message.LeaseId, out var lease)) lease = TakeOver(e);
        if (lease is null || lease.Link.Other != e.From || e.Message.Items.Length == 0) return;
        var first = e.Message.Items[0];
        if (first.Entry.Body is Award award && first.Envelope.Signer == node.Self && lease.Yields(award, first.Hash))
        {
            node.Keep(new ChainsCut(lease.Id, 0, 0));
            lease.Cut(0, 0);
        }

        var added = lease.Link.EntriesCame(e.Message.Items);
        if (added) GiveSecrets(lease);
        if (added && lease.Link.Collected && lease.Link.Phase == LeasePhase.Settled) lease.Link.Say(answer: false);
        Advance(lease.Job);
    }

    public void SyncCame(SyncCame e)
    {
        if (!_leases.TryGetValue(e.Message.LeaseId, out var lease))
        {
            // A lease that we do not know: we may have been set back. Whoever holds our award may show it; who holds nothing is in the same place, and
            // two that ask each other what neither has would never end.
            if (e.Message is { IssuerCount: 0, WorkerCount: 0 }) return;
            node.Say(e.From, new SyncMessage(e.Message.LeaseId, 0, default, 0, default, Answer: false), binding: false);
            return;
        }

        if (lease.Link.Other != e.From) return;
        lease.Link.SyncCame(e.Message);
        if (e.Message.Answer) GiveSecrets(lease);
        Advance(lease.Job);
    }

    public void BlobsFetched(BlobsFetched e)
    {
        if (!_leases.TryGetValue(e.Fetch.LeaseId, out var lease) || !lease.Fetching || BroughtBack(lease, "")) return;
        lease.Fetching = false;
        (lease.OutputsKept, lease.Faults) = (true, e.Faults);
        node.Keep(new OutputsKept(lease.Id, e.Faults));
        Advance(lease.Job);
    }

    public void BlobsFailed(BlobsFailed e)
    {
        if (!_leases.TryGetValue(e.Fetch.LeaseId, out var lease) || !lease.Fetching || BroughtBack(lease, e.Reason)) return;
        lease.Fetching = false;
        if (e.Bad) lease.Unavailable = true;
        else node.Tell($"lease {lease.Id.Short()}: outputs did not come yet: {e.Reason}");
        lease.FetchFailures++;
        lease.NextFetch = node.Now.Mono + FetchAgain;
        Advance(lease.Job);
    }

    public void TaskRan(TaskRan e)
    {
        if (!_leases.TryGetValue(e.Run.LeaseId, out var lease) || !lease.Confirming || lease.Confirmed.ContainsKey(e.Result.Task)) return;
        node.Keep(new TaskKept(e.Run, e.Result));
        lease.Confirmed[e.Result.Task] = e.Result;
        if (lease.ToConfirm().IsEmpty)
        {
            lease.Confirming = false;
            LookAtAll();
        }

        Advance(lease.Job);
    }

    public void RunBroke(RunBroke e)
    {
        if (!_leases.TryGetValue(e.Run.LeaseId, out var lease) || !lease.Confirming) return;
        lease.Confirming = false;
        lease.Breaks++;
        lease.BreakReason = e.Reason;
        LookAtAll();
        Advance(lease.Job);
    }

    /// <summary>The time of a job has come.</summary>
    public void Look(Hash32 jobId)
    {
        if (_live.Contains(jobId)) Advance(_jobs[jobId]);
        else node.Timers.Set(jobId, Sweep(_jobs[jobId]));
    }

    private List<IssuedJob> Live()
    {
        var jobs = new List<IssuedJob>();
        foreach (var id in _live) jobs.Add(_jobs[id]);
        return jobs;
    }

    /// <summary>A confirmation slot is free: every job may want it.</summary>
    private void LookAtAll()
    {
        foreach (var id in _live) node.Timers.Set(id, node.Now.Mono);
    }

    private IssuedJob Open(Hash32 id, JobRequest request, long submittedMs)
    {
        var job = new IssuedJob(node, id, request, submittedMs);
        _jobs[id] = job;
        return job;
    }

    private IssuedLease Open(IssuedJob job, Lease lease)
    {
        var issued = new IssuedLease(node, job, lease.Id, lease.Worker)
        {
            Bid = job.BidOf(lease),
            Makers = MakersOf(job, lease),
        };
        job.Add(issued, lease);
        job.Live.Add(lease.Id);
        job.Awards = Math.Max(job.Awards, lease.AwardNumber + 1);
        if (!job.Ended) job.State = JobState.Running;
        _leases[lease.Id] = issued;
        return issued;
    }

    private static ImmutableArray<PeerId> MakersOf(IssuedJob job, Lease lease)
    {
        var before = lease.ResumeRoot.IsZero ? [] : job.Checkpoints.MakersOf(lease.FirstTask, lease.ResumeRoot);
        return before.Contains(lease.Worker) ? before : before.Add(lease.Worker);
    }

    private static void Take(IssuedJob job, Bid bid, SignedEnvelope envelope)
    {
        job.Find(bid.Worker, bid.Addresses);
        if (!job.Candidates.TryGetValue(bid.Worker, out var candidate)) return;
        (candidate.Bid, candidate.BidEnvelope) = (bid, envelope);
    }
}
