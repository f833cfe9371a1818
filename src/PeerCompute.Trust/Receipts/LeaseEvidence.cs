// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;
using PeerCompute.Trust.Commitments;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;
using PeerCompute.Wire.Receipts;

namespace PeerCompute.Trust.Receipts;

/// <summary>Replays one lease of a receipt: its bid, both chains with every signature, and what each entry claims.</summary>
/// <param name="problems">Where what does not hold goes.</param>
/// <param name="field">The lease's name in the receipt.</param>
internal sealed class LeaseEvidence(ProblemList problems, string field)
{
    /// <summary>Both chains, as far as they hold.</summary>
    public LeaseChains Chains { get; } = new();

    /// <summary>Reads everything that a receipt shows of a lease.</summary>
    public void Read(ReceiptLease shown, Receipt receipt, OfferMessage? offer)
    {
        var bid = ReadBid(shown, offer);
        var issuer = ReadChain(shown.IssuerChain, "issuer_chain");
        var worker = ReadChain(shown.WorkerChain, "worker_chain");
        Replay(issuer, worker);
        if (Chains.Lease is not { } lease) return;
        problems.Same(field + ".lease_id", shown.LeaseId, lease.Id, "its award");
        problems.Same(field + ".worker", shown.Worker, lease.Worker, "its award");
        if (Chains.Body<Close>() is null)
            problems.Add(field + ".issuer_chain", $"the lease is {Chains.Phase.ToString().ToLowerInvariant()}, not closed on a verdict");
        CheckTerms(lease, receipt, offer, bid);
    }

    private (Bid Bid, SignedEnvelope Envelope)? ReadBid(ReceiptLease shown, OfferMessage? offer)
    {
        var name = field + ".bid_envelope";
        var envelope = problems.Read(name, shown.Bid, static bytes => SignedEnvelope.Decode(bytes, WireLimits.BidBytes));
        if (envelope is null) return null;
        problems.Signed(name, envelope);
        if (!envelope.PayloadType.Span.SequenceEqual(Domains.Bid)) problems.Add(name + ".payload_type", "is not that of a bid");
        var bid = problems.Read(name, envelope.Payload, Bid.Decode);
        if (bid is null) return null;
        problems.Same(name + ".worker", bid.Worker, envelope.Signer, "its signer");
        problems.Same(name + ".worker", bid.Worker, shown.Worker, field + ".worker");
        problems.Same(name + ".header.context", bid.Header.Context, bid.OfferId, "the offer it names");
        problems.Same(name + ".header.rules", bid.Header.Rules, Rules.Hash, "the rules of this version");
        if (offer is null) return (bid, envelope);
        problems.Same(name + ".offer_id", bid.OfferId, offer.Id, "the offer");
        problems.Same(name + ".semantics", bid.Semantics, offer.Offer.Semantics, "the offer");
        if (bid.PerTaskMicro > offer.Offer.PriceCeilingMicro)
            problems.Add(name + ".per_task_micro", $"is {bid.PerTaskMicro}; the offer's ceiling: {offer.Offer.PriceCeilingMicro}");
        return (bid, envelope);
    }

    private List<KeptEntry> ReadChain(IReadOnlyList<ReadOnlyMemory<byte>> links, string chain)
    {
        var entries = new List<KeptEntry>(links.Count);
        for (var i = 0; i < links.Count; i++)
        {
            var name = $"{field}.{chain}[{i}]";
            var kept = problems.Read(name, links[i], KeptEntry.Decode);
            if (kept is null) return entries;
            problems.Signed(name, kept.Envelope);
            if (LeaseChains.IsIssuers(kept.Entry.Body) != (chain == "issuer_chain"))
            {
                problems.Add(name, $"{NameOf(kept.Entry.Body)} is the other side's to sign");
                return entries;
            }

            entries.Add(kept);
        }

        return entries;
    }

    private void Replay(List<KeptEntry> issuer, List<KeptEntry> worker)
    {
        int i = 0, w = 0;
        while (i < issuer.Count || w < worker.Count)
        {
            if (Take(issuer, i, "issuer_chain", report: false)) i++;
            else if (Take(worker, w, "worker_chain", report: false)) w++;
            else break;
        }

        // Neither side's next entry links: both are named, since either may be the one that was changed.
        if (i < issuer.Count) Take(issuer, i, "issuer_chain", report: true);
        if (w < worker.Count) Take(worker, w, "worker_chain", report: true);
    }

    private bool Take(List<KeptEntry> chain, int at, string name, bool report)
    {
        if (at == chain.Count) return false;
        var kept = chain[at];
        var result = Chains.Check(kept);
        if (result.Kind == LinkKind.Links)
        {
            var wrong = Wrong(kept.Entry.Body);
            if (wrong.Length > 0) problems.Add($"{field}.{name}[{at}].{NameOf(kept.Entry.Body)}", wrong);
            Chains.Append(kept);
            return true;
        }

        if (report) problems.Add($"{field}.{name}[{at}]", Why(result));
        return false;
    }

    private static string Why(LinkResult result) => result.Kind switch
    {
        LinkKind.Gap => "does not follow: it comes too early or has seen an entry that is not shown",
        LinkKind.Fork => "does not follow the entry before it",
        LinkKind.Known => "stands twice",
        _ => result.Reason,
    };

    private string Wrong(EntryBody body) => body switch
    {
        Commit b when b.Done > Chains.Lease!.TaskCount => $"done is {b.Done}, the lease has {Chains.Lease.TaskCount} tasks",
        Reveal b => VerdictCheck.Check(Chains.Lease!, b),
        Opening b => RangeCommitment.Check(Chains.Lease!, Chains.Body<Commit>()!, b),
        Verdict b => VerdictCheck.Check(Chains, b),
        Close b => VerdictCheck.Check(Chains, b),
        Settled b when b.DueMicro != Chains.Body<Close>()!.DueMicro => $"due_micro is {b.DueMicro}, the close says {Chains.Body<Close>()!.DueMicro}",
        _ => "",
    };

    private void CheckTerms(Lease lease, Receipt receipt, OfferMessage? offer, (Bid Bid, SignedEnvelope Envelope)? bid)
    {
        var name = field + ".issuer_chain[0].award.lease";
        problems.Same(field + ".issuer_chain[0].header.rules", Chains.Issuer[0].Entry.Header.Rules, Rules.Hash, "the rules of this version");
        problems.Same(name + ".issuer", lease.Issuer, receipt.Issuer, "the receipt");
        problems.Same(name + ".job_id", lease.JobId, receipt.Header.Context, "the receipt");
        if (bid is { } b)
        {
            problems.Same(name + ".bid_hash", lease.BidHash, Bid.HashOf(b.Envelope), "the bid");
            problems.Same(name + ".price.per_task_micro", lease.Price.PerTaskMicro, b.Bid.PerTaskMicro, "the bid");
        }

        if (offer is null) return;
        var o = offer.Offer;
        problems.Same(name + ".offer_id", lease.OfferId, offer.Id, "the offer");
        problems.Same(name + ".steward", lease.Steward, o.Steward, "the offer");
        problems.Same(name + ".spec_hash", lease.SpecHash, o.SpecHash, "the offer");
        problems.Same(name + ".limits", lease.Limits, o.Limits, "the offer");
        problems.Same(name + ".semantics", lease.Semantics, o.Semantics, "the offer");
        problems.Same(name + ".verification", lease.Verification, o.Verification, "the offer");
        problems.Same(name + ".placement", lease.Placement, o.Placement, "the offer");
        problems.Same(name + ".price.unit", lease.Price.Unit, o.Price.Unit, "the offer");
        if (lease.EndTask > o.Tasks || lease.TaskCount > o.Placement.TasksPerLease)
            problems.Add(name + ".task_count",
                $"tasks {lease.FirstTask} to {lease.EndTask - 1} are no range of the offer's {o.Tasks} tasks, {o.Placement.TasksPerLease} to a lease");
    }

    private static string NameOf(EntryBody body) => body.GetType().Name.ToLowerInvariant();
}
