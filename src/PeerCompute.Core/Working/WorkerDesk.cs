// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Views;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Core.Working;

/// <summary>The worker's side of a node: answers offers, accepts leases, runs them, commits, opens, settles.</summary>
/// <param name="node">What the machines share.</param>
internal sealed partial class WorkerDesk(NodeContext node)
{
    /// <summary>Offers remembered; the oldest is forgotten, its leases go on.</summary>
    private const int OffersMost = 1024;

    /// <summary>Offers of one issuer that may be open here: each costs a bid in the journal.</summary>
    private const int OffersPerIssuer = 64;

    /// <summary>Leases remembered, ended ones included: the oldest ended one is forgotten.</summary>
    private const int LeasesMost = 8192;

    /// <summary>Awards of one offer that may wait for a slot here.</summary>
    private const int WaitingMost = 64;

    private readonly OrderedMap<Hash32, HeldOffer> _offers = new(OffersMost);
    private readonly OrderedMap<Hash32, WorkedLease> _leases = new(LeasesMost);
    private readonly OrderedSet<Hash32> _live = new();

    public bool Has(Hash32 leaseId) => _leases.ContainsKey(leaseId);

    public IReadOnlyList<LeaseView> Views()
    {
        var views = new List<LeaseView>();
        foreach (var lease in _leases.Values) views.Add(lease.View());
        return views;
    }

    /// <summary>Adds what is held of what others say.</summary>
    /// <returns>Units that may wait for a time.</returns>
    public int AddHoldings(List<Holding> held)
    {
        held.Add(new Holding("offers bid on", _offers.Count, OffersMost));
        held.Add(new Holding("offers heard", _heard.Count, HeardMost));
        held.Add(new Holding("leases worked on", _leases.Count, LeasesMost));
        held.Add(new Holding("live leases", _live.Count, _leases.Count));
        held.Add(new Holding("images asked for", _asked.Count, AskedMost));
        return _heard.Count + _leases.Count;
    }

    public void Restore(BidMade entry)
    {
        var offer = OfferMessage.Decode(entry.Offer.Bytes);
        Remember(offer, entry.Bid);
    }

    public void Restore(KeptEntry kept)
    {
        if (!_leases.TryGetValue(kept.Entry.Header.Context, out var lease))
        {
            lease = Open(((Award)kept.Entry.Body).Lease);
            if (lease is null) return;
        }

        lease.Link.Restore(kept);
        if (lease.Link.Chains.Ended) _live.Remove(lease.Id);
    }

    public void Restore(ChainsCut cut)
    {
        if (_leases.TryGetValue(cut.LeaseId, out var lease)) lease.Link.Chains.Cut((int)cut.IssuerCount, (int)cut.WorkerCount);
    }

    public void Restore(TaskKept entry)
    {
        if (_leases.TryGetValue(entry.Run.LeaseId, out var lease)) lease.Results[entry.Result.Task] = entry.Result;
    }

    /// <summary>The first event of a life: nothing is done before the issuers say what they hold, but what is needed then stays.</summary>
    public void Begin()
    {
        foreach (var id in new List<Hash32>(_live))
        {
            if (_leases[id].Link.Phase > LeasePhase.Awarded) OpenSpec(_leases[id]);
            ShareCheckpoint(_leases[id]);
            Look(id);
        }

        BeginRetained();
    }

    public void PeerUp(PeerId peer)
    {
        foreach (var lease in LiveWith(peer))
        {
            lease.NextFetch = node.Now.Mono;
            lease.CheckpointTold = 0; // the issuer may be an older copy of itself
            lease.Link.Ask();
        }

        AskForRetained(peer);
        LookAll(peer);
    }

    public void OfferCame(OfferCame e)
    {
        var offer = e.Message.Offer;
        if (e.From != offer.Issuer && e.From != offer.Steward) return;
        if (_offers.TryGetValue(e.Message.Id, out var held))
        {
            foreach (var lease in LiveWith(offer.Issuer))
            {
                if (lease.Lease.OfferId == e.Message.Id) lease.Link.Ask();
            }

            Answer(held, e.From);
            return;
        }

        if (Open(offer.Issuer) >= OffersPerIssuer)
        {
            var busy = $"{OffersPerIssuer} offers of yours are open here; end some first";
            node.Say(e.From, new Decline(e.Message.Id, DeclineReason.Busy, busy), binding: false);
        }
        else
        {
            Answer(e.Message, e.From);
        }
    }

    public void EntriesCame(EntriesCame e)
    {
        if (e.Message.Items.Length == 0) return;
        if (!_leases.TryGetValue(e.Message.LeaseId, out var lease))
        {
            if (e.Message.Items[0].Entry.Body is not Award award || award.Lease.Issuer != e.From) return;
            if (Refusal(award.Lease, e) is { Length: > 0 } no)
            {
                node.Tell($"award {award.Lease.Id.Short()} of {e.From.Short()} is refused: {no}");
                return;
            }

            lease = Open(award.Lease);
            if (lease is null) return;
            lease.Link.Agreed = e.Message.Items.Length == 1;
        }

        if (lease.Link.Other != e.From) return;
        lease.Link.EntriesCame(e.Message.Items);
        if (lease.Link.Chains.Lease is null) Forget(lease.Id);
        else Advance(lease);
    }

    public void SyncCame(SyncCame e)
    {
        if (!_leases.TryGetValue(e.Message.LeaseId, out var lease) || lease.Link.Other != e.From) return;
        lease.Link.SyncCame(e.Message);
        SayCheckpoint(lease);
        if (lease.Retained && e.Message.Collected) Release(lease, collected: true);
        Advance(lease);
    }

    public void BlobsFetched(RunKey fetch)
    {
        if (!_leases.TryGetValue(fetch.LeaseId, out var lease) || !lease.Fetching) return;
        lease.Fetching = false;
        lease.Fetched = true;
        ShareInputs(lease);
        Advance(lease);
    }

    public void BlobsFailed(BlobsFailed e)
    {
        if (!_leases.TryGetValue(e.Fetch.LeaseId, out var lease) || !lease.Fetching) return;
        lease.Fetching = false;
        lease.NextFetch = node.Now.Mono + FetchAgain;
        if (e.Bad) lease.Broke = new Fail(FailKind.Input, lease.Lease.FirstTask, Shorten(e.Reason));
        else node.Tell($"lease {lease.Id.Short()}: inputs did not come yet: {e.Reason}");
        Advance(lease);
    }

    public void TaskRan(TaskRan e)
    {
        if (!_leases.TryGetValue(e.Run.LeaseId, out var lease) || !lease.Running || lease.Results.ContainsKey(e.Result.Task)) return;
        node.Keep(new TaskKept(e.Run, e.Result));
        lease.Results[e.Result.Task] = e.Result;
        if (e.Result.Blob is { } blob) node.Effects.Add(new PinBlobs(lease.Run, [blob.Root]));
        if (lease.Missing().IsEmpty) lease.Running = false;
        Advance(lease);
    }

    public void RunBroke(RunBroke e)
    {
        if (!_leases.TryGetValue(e.Run.LeaseId, out var lease)) return;
        lease.Running = false;
        lease.Broke = lease.Easing ?? new Fail(e.Kind, e.Task, Shorten(e.Reason));
        if (lease.Easing is not null) lease.EasedBy = node.Now.Mono + HandOver;
        Advance(lease);
    }

    /// <summary>The time of a lease has come.</summary>
    public void Look(Hash32 id)
    {
        if (_heard.TryGetValue(id, out var heard)) Consider(heard);
        if (_leases.TryGetValue(id, out var lease) && _live.Contains(id)) Advance(lease);
        else if (lease is { Retained: true }) LookRetained(lease);
    }

    private void LookAll(PeerId peer)
    {
        foreach (var lease in LiveWith(peer)) Advance(lease);
    }

    /// <summary>Offers of an issuer that we bid on and whose deadline has not passed.</summary>
    private int Open(PeerId issuer)
    {
        var open = 0;
        foreach (var held in _offers.Values)
        {
            if (held.Offer.Issuer == issuer && held.Offer.DeadlineMs > node.NowMs) open++;
        }

        return open;
    }

    private List<WorkedLease> LiveWith(PeerId peer)
    {
        var found = new List<WorkedLease>();
        foreach (var id in _live)
        {
            var lease = _leases[id];
            if (lease.Link.Other == peer) found.Add(lease);
        }

        return found;
    }

    private HeldOffer Remember(OfferMessage offer, SignedEnvelope bid)
    {
        if (_offers.IsFull && !_offers.ContainsKey(offer.Id)) _offers.Remove(_offers.First.Key);
        var held = new HeldOffer(offer, bid);
        _offers[offer.Id] = held;
        return held;
    }

    /// <summary>Empty, or why an award is not ours to accept. An award that we accepted in a life we forgot is ours.</summary>
    private string Refusal(Lease lease, EntriesCame e)
    {
        if (lease.Worker != node.Self) return "it is for another worker";
        foreach (var kept in e.Message.Items)
        {
            if (kept.Envelope.Signer == node.Self && kept.Entry.Body is Accept) return "";
        }

        if (!_offers.TryGetValue(lease.OfferId, out var held)) return "it names no offer that this worker bid on";
        var offer = held.Offer;
        var bid = Bid.Decode(held.Bid.Payload);
        if (lease.BidHash != Bid.HashOf(held.Bid)) return "it names another bid";
        if (lease.Issuer != offer.Issuer || lease.Steward != offer.Steward) return "issuer or steward are not the offer's";
        if (lease.JobId != offer.Header.Context || lease.SpecHash != offer.SpecHash) return "job or spec are not the offer's";
        if (lease.Limits != offer.Limits || lease.Semantics != offer.Semantics) return "limits or semantics are not the offer's";
        if (lease.Verification != offer.Verification || lease.Placement != offer.Placement) return "verification or placement terms are not the offer's";
        if (lease.Price.Unit != offer.Price.Unit || lease.Price.PerTaskMicro != bid.PerTaskMicro) return "the price is not the bid's";
        if (lease.EndTask > offer.Tasks || lease.TaskCount > offer.Placement.TasksPerLease) return "the range is not one of the offer's";
        if (node.NowMs > bid.ValidUntilMs) return "the bid is not valid any more";
        if (node.NowMs > lease.StartByMs) return "its start has passed";
        var waiting = 0;
        foreach (var id in _live)
        {
            if (_leases[id].Link.Other == lease.Issuer && _leases[id].Link.Phase == LeasePhase.Awarded) waiting++;
        }

        return waiting >= WaitingMost ? "too many awards of this issuer wait for a slot" : "";
    }

    private WorkedLease? Open(Lease lease)
    {
        if (_leases.IsFull && !ForgetOldest()) return null;
        var worked = new WorkedLease(node, lease.Id, lease.Issuer);
        _leases[lease.Id] = worked;
        _live.Add(lease.Id);
        return worked;
    }

    private bool ForgetOldest()
    {
        foreach (var id in _leases.Keys)
        {
            if (_live.Contains(id)) continue;
            // A full table of results that nobody collects must not stop new work.
            if (_leases[id].Retained) Release(_leases[id], collected: false);
            _leases.Remove(id);
            return true;
        }

        return false;
    }

    private void Forget(Hash32 id)
    {
        _leases.Remove(id);
        _live.Remove(id);
        node.Timers.Set(id, Instant.Never);
    }

    private static string Shorten(string text) => text.Length <= 1000 ? text : text[..1000];

    /// <summary>An offer that we bid on, and the bid that stands.</summary>
    private sealed record HeldOffer(OfferMessage Message, SignedEnvelope Bid)
    {
        public Offer Offer => Message.Offer;
    }
}
