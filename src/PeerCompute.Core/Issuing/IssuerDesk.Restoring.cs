// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Core.Issuing;

/// <summary>Where a life comes from: the journal, and what the other side remembers when this side does not.</summary>
internal sealed partial class IssuerDesk
{
    public void Restore(JobAdded entry) => Open(entry.JobId, entry.Job, entry.SubmittedMs);

    public void Restore(OfferMade entry) => _jobs[entry.JobId].Offer = OfferMessage.Decode(entry.Envelope.Bytes);

    public void Restore(BidTaken entry) => Take(_jobs[entry.JobId], Bid.Decode(entry.Envelope.Payload), entry.Envelope);

    public void Restore(KeptEntry kept)
    {
        var id = kept.Entry.Header.Context;
        if (!_leases.TryGetValue(id, out var lease))
        {
            var award = ((Award)kept.Entry.Body).Lease;
            lease = Open(_jobs[award.JobId], award);
        }

        lease.Link.Restore(kept);
    }

    public void Restore(ChainsCut cut)
    {
        if (_leases.TryGetValue(cut.LeaseId, out var lease)) lease.Cut((int)cut.IssuerCount, (int)cut.WorkerCount);
    }

    public void Restore(TaskKept entry)
    {
        if (_leases.TryGetValue(entry.Run.LeaseId, out var lease)) lease.Confirmed[entry.Result.Task] = entry.Result;
    }

    public void Restore(OutputsKept entry)
    {
        if (_leases.TryGetValue(entry.LeaseId, out var lease)) (lease.OutputsKept, lease.Faults) = (true, entry.Faults);
    }

    public void Restore(JobEnded entry)
    {
        var job = _jobs[entry.JobId];
        (job.State, job.Cause, job.EndedMs, job.Receipt) = (entry.State, entry.Cause, entry.EndedMs, entry.Receipt);
    }

    /// <summary>The first event of a life.</summary>
    public void Begin()
    {
        foreach (var job in _jobs.Values)
        {
            foreach (var id in new List<Hash32>(job.Live))
            {
                var lease = job.Leases[id];
                if (lease.Link.Chains.Body<Opening>() is not null) lease.Open();
            }

            Prune(job); // who was told in a life before is not known

            foreach (var lease in job.Leases.Values)
            {
                if (!lease.OutputsKept || job.Swept) continue;
                lease.Open();
                Pin(lease);
            }

            if (job.Collected && !job.Swept)
            {
                // Who was told in a life before is not known: each is told once more, and not all of them at once.
                job.NextCall = node.Now.Mono + node.Choices.Span(TimeSpan.Zero, CallAgain);
                TellCollected(job);
            }

            if (job.Ended && !job.Receipt.IsEmpty) node.Effects.Add(new IssueReceipt(job.Id, job.Receipt));
            if (job.Ended && (job.IsOver || node.NowMs > job.Request.DeadlineMs + ForgetAfterMs))
            {
                node.Timers.Set(job.Id, Sweep(job));
                continue;
            }

            _live.Add(job.Id);
            PinCheckpoints(job);
            job.SharedPacks = KeptPacks(job);
            if (!job.Ended) Share(job);
            Advance(job);
        }
    }

    /// <summary>A lease of ours that we forgot: taken over when the award is ours on an offer and bid that we hold, its job is known and its tasks are
    /// free.</summary>
    private IssuedLease? TakeOver(EntriesCame e)
    {
        if (e.Message.Items.Length == 0) return null;
        var first = e.Message.Items[0];
        if (first.Entry.Body is not Award award || first.Envelope.Signer != node.Self || award.Lease.Worker != e.From) return null;
        if (!_jobs.TryGetValue(award.Lease.JobId, out var job) || job.Ended) return null;
        if (job.BidOf(award.Lease) is null) return null; // the receipt could not show it
        if (award.Lease.Verification.By != ConfirmedBy.Issuer) return null; // its nonce may be known already: a draw would be the worker's choice
        if (!job.Tasks.IsFree(award.Lease.FirstTask, award.Lease.TaskCount)) return null;
        if (award.Lease.NonceHash != Lease.HashOfNonce(job.Nonce(award.Lease.Id, first.Entry.Header.Incarnation))) return null;
        var lease = Open(job, award.Lease);
        lease.Link.Agreed = true;
        return lease;
    }
}
