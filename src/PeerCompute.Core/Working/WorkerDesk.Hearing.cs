// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Core.Working;

/// <summary>Offers that were heard by gossip: bid on when they reach this node, through the issuer's connection or its via peers.</summary>
internal sealed partial class WorkerDesk
{
    /// <summary>Heard offers whose reach this node waits for; the oldest is forgotten.</summary>
    private const int HeardMost = 256;

    /// <summary>Via peers that a bid is sent through: one may be gone.</summary>
    private const int ViasUsed = 2;

    private readonly OrderedMap<Hash32, OfferMessage> _heard = new(HeardMost);

    /// <summary>An offer was gossiped.</summary>
    public void OfferHeard(OfferHeard e)
    {
        var offer = e.Message.Offer;
        if (offer.Issuer == node.Self || _offers.ContainsKey(e.Message.Id) || !node.Settings.Lends) return;
        if (offer.Via.IsEmpty && !node.Up.Contains(offer.Issuer)) return;
        if (_heard.IsFull) Unhear(_heard.First.Key);
        _heard[e.Message.Id] = e.Message;
        Consider(e.Message);
    }

    /// <summary>An offer takes no more bids.</summary>
    public void OfferEnded(OfferEnded e)
    {
        if (_heard.TryGetValue(e.Message.OfferId, out var heard) && heard.Offer.Issuer == e.Issuer) Unhear(e.Message.OfferId);
    }

    /// <summary>Leases that run and leases that wait.</summary>
    public (uint Busy, uint Queue) Business()
    {
        uint busy = 0, queue = 0;
        foreach (var id in _live)
        {
            var phase = _leases[id].Link.Phase;
            if (phase is LeasePhase.Accepted or LeasePhase.Running) busy++;
            else if (phase == LeasePhase.Awarded) queue++;
        }

        return (busy, queue);
    }

    /// <summary>Whether there is something left to do with a peer.</summary>
    public bool IsWith(PeerId peer) => LiveWith(peer).Count > 0;

    /// <summary>Bids when the offer's reach has come here; until then waits.</summary>
    private void Consider(OfferMessage message)
    {
        var offer = message.Offer;
        var age = node.Now.WallMs - (long)offer.Header.TimeMs;
        if (!Market.Bids.Reach.Contains(message.Id, node.Self, offer.ReachStartPpm, offer.ReachDoubleMs, age))
        {
            node.Timers.Set(message.Id, node.Now.Mono + new TimeSpan(Math.Max(1, (long)offer.ReachDoubleMs) * TimeSpan.TicksPerMillisecond));
            return;
        }

        Unhear(message.Id);
        if (Open(offer.Issuer) >= OffersPerIssuer || Decide(offer) is not null) return;
        var held = Remember(message, MakeBid(message));
        if (node.Up.Contains(offer.Issuer))
        {
            SayBid(held, offer.Issuer);
            return;
        }

        var sealedBid = Seal(held);
        var first = node.Choices.Below(offer.Via.Length);
        for (var i = 0; i < Math.Min(ViasUsed, offer.Via.Length); i++)
        {
            var via = offer.Via[(first + i) % offer.Via.Length];
            if (via.Peer == offer.Issuer) node.Effects.Add(new SayAt(via, sealedBid, IsBinding: true));
            else if (via.Peer == node.Self) node.Say(offer.Issuer, sealedBid, binding: true);
            else node.Effects.Add(new SayAt(via, new ForwardedBid(offer.Issuer, sealedBid), IsBinding: true));
        }
    }

    private void Unhear(Hash32 offerId)
    {
        if (_heard.Remove(offerId)) node.Timers.Set(offerId, Instant.Never);
    }
}
