// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Market.Bids;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Core.Working;

/// <summary>What the owner lends: bids and declines by the terms of the moment, and what happens when they change.</summary>
internal sealed partial class WorkerDesk
{
    /// <summary>Images whose owner was asked and that are remembered; the oldest is forgotten, and asked about again.</summary>
    private const int AskedMost = 256;

    private readonly OrderedSet<string> _asked = new(AskedMost);
    private bool _clockTold;

    /// <summary>
    /// The owner lends other than before: every issuer that may award here is told at once, with a decline in place of its bid, the bid that
    /// stands again, or a new one. Awards that were not accepted yet are given back or may start.
    /// </summary>
    public void LendChanged()
    {
        foreach (var held in new List<HeldOffer>(_offers.Values))
        {
            if (held.Offer.DeadlineMs > node.NowMs) Answer(held, held.Offer.Issuer);
        }

        StartWaiting();
    }

    /// <summary>Ends every lease (that has the device) whose result is not committed: with what is done of it, else as failed by the owner's choice.</summary>
    public void Stop(string reason, bool deviceOnly)
    {
        foreach (var id in new List<Hash32>(_live))
        {
            var lease = _leases[id];
            if (!BeforeCommit(lease.Link.Phase) || (deviceOnly && !lease.UsesDevice)) continue;
            var why = new Fail(FailKind.Owner, lease.Lease.FirstTask + lease.DoneInOrder, Shorten(reason));
            if (!Ease(lease, why, deviceOnly)) Break(lease, why.Kind, why.Text);
            Advance(lease);
        }
    }

    /// <summary>Whether the machine is lent at this moment, and the device where the program has it.</summary>
    private bool IsLent(WorkedLease lease)
    {
        if (!node.Settings.Lends || !lease.UsesDevice) return node.Settings.Lends;
        foreach (var native in node.Settings.Natives)
        {
            if (native.Leave == NativeLeave.Allowed && native.Semantics.ToString() == lease.Lease.Semantics) return true;
        }

        return false;
    }

    /// <summary>Answers an offer that we bid on before: a bid stays the same one while its terms do.</summary>
    private void Answer(HeldOffer held, PeerId to)
    {
        if (Stands(held)) SayBid(held, to);
        else Answer(held.Message, to);
    }

    private void Answer(OfferMessage message, PeerId to)
    {
        if (Decide(message.Offer) is { } no)
        {
            Seek(message, no.Reason);
            node.Say(to, new Decline(message.Id, no.Reason, no.Detail), binding: false);
            return;
        }

        SayBid(Remember(message, MakeBid(message)), to);
    }

    /// <summary>Whether to bid; a node that does not bid because of its own clock says so once.</summary>
    private (DeclineReason Reason, string Detail)? Decide(Offer offer)
    {
        var lent = Lent();
        if (lent.ClockErrorMs > lent.ClockErrorMsMost && !_clockTold)
        {
            _clockTold = true;
            node.Tell($"the clock of this node is {lent.ClockErrorMs / 1000} s off: it bids on nothing; set it by NTP and start the node again.");
        }

        var decision = BidPolicy.Decide(offer, lent, node.Now.WallMs);
        if (decision is { Reason: DeclineReason.Busy } && ProgramPolicy.Asks(offer.Semantics, lent)) AskOwner(offer);
        return decision;
    }

    /// <summary>An image that was to be fetched is not, or not yet.</summary>
    public void ImageDenied(ImageDenied e) => node.Say(e.To, new Decline(e.OfferId, e.Reason, e.Detail), binding: false);

    /// <summary>Seeks an image that nothing else is in the way of, or brings it before its owner.</summary>
    private void Seek(OfferMessage message, DeclineReason reason)
    {
        if (NativeSemantics.TryParse(message.Offer.Semantics) is not { IsImage: true } native) return;
        var asks = reason == DeclineReason.Busy && ProgramPolicy.Asks(message.Offer.Semantics, Lent());
        if (reason == DeclineReason.Fetching || asks) node.Effects.Add(new SeekImage(message.Id, message.Offer.Issuer, native.Root));
    }

    /// <summary>Asks the owner about an image: once each, whoever wants it.</summary>
    private void AskOwner(Offer offer)
    {
        if (NativeSemantics.TryParse(offer.Semantics) is not { } native || !_asked.AddRecent(native.Root)) return;
        node.Tell($"a job of {offer.Issuer.Short()} wants image {native.Root}; 'peercompute image allow {native.Root}' lets it run here.");
    }

    private SignedEnvelope MakeBid(OfferMessage message)
    {
        var bid = new Bid(
            node.Header(message.Id, 0),
            message.Id,
            node.Self,
            node.Settings.PerTaskMicro,
            node.Settings.Slots,
            message.Offer.DeadlineMs,
            node.Signer.SealingKey,
            message.Offer.Semantics,
            ProgramPolicy.ClassOf(message.Offer.Semantics, Lent()),
            node.Addresses);
        var envelope = SignedEnvelope.Seal(node.Signer, Domains.Signature, Domains.Bid, bid.Encode());
        node.Keep(new BidMade(message.Envelope, envelope));
        return envelope;
    }

    private bool Stands(HeldOffer held)
    {
        var (bid, limits) = (Bid.Decode(held.Bid.Payload), held.Offer.Limits);
        return node.Settings.Lends && bid.PerTaskMicro == node.Settings.PerTaskMicro && bid.Slots == node.Settings.Slots
            && ProgramPolicy.Decide(held.Offer, Lent()) is null
            && limits.AllMemoryBytes <= node.Settings.MemoryBytes && limits.Fuel <= node.Settings.FuelMost && limits.WallMs <= node.Settings.WallMsMost;
    }

    private void SayBid(HeldOffer held, PeerId to) => node.Say(to, Seal(held), binding: true);

    private SealedBid Seal(HeldOffer held)
    {
        var id = held.Message.Id;
        return new SealedBid(id, SealedBox.Seal(node.Secrets, held.Offer.SealingKey.Span, held.Bid.Bytes.Span, Domains.SealedBid, id.ToArray()));
    }

    private Capacity Lent() => new(
        node.Settings.TakesWork,
        node.Settings.Away,
        node.Settings.Slots,
        node.Settings.MemoryBytes,
        node.Settings.FuelMost,
        node.Settings.WallMsMost,
        node.Settings.PerTaskMicro,
        NodeSettings.WasmSemantics,
        node.Now.WallErrorMs,
        node.Settings.ClockErrorMsMost)
    {
        RoomBytes = Room(),
        Isolation = node.Settings.Isolation,
        NativeIsolation = node.Settings.NativeIsolation,
        Natives = node.Settings.Natives,
        SeeksImages = node.Settings.SeeksImages,
        Architecture = node.Settings.Architecture,
        Cores = node.Settings.Cores,
        UplinkBytes = node.Settings.UplinkBytes,
    };
}
