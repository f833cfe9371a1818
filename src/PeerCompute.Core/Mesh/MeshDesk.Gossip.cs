// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Market.Bids;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Core.Mesh;

/// <content>Gossip: offers that travel, and bids that are passed on to issuers that cannot be dialled.</content>
internal sealed partial class MeshDesk
{
    /// <summary>Offers of one issuer passed on in <see cref="OffersEvery"/>; further ones are ignored: who posts more pulls.</summary>
    private const int OffersMost = 30;

    private static readonly TimeSpan OffersEvery = new(0, 1, 0);

    /// <summary>Issuers whose rate is remembered; the oldest is forgotten.</summary>
    private const int IssuersMost = 4096;

    /// <summary>Offers for which this node passes bids on; the oldest is forgotten.</summary>
    private const int ViaMost = 1024;

    /// <summary>Bids passed on for one offer.</summary>
    private const int ForwardsMost = 256;

    private readonly OrderedMap<PeerId, (Instant Since, int Count)> _issuers = new(IssuersMost);
    private readonly OrderedMap<Hash32, (PeerId Issuer, int Left)> _viaFor = new(ViaMost);
    private readonly OrderedMap<MessageId, NodeEvent> _contents = new();

    public void GossipUp(GossipUp e)
    {
        _gossip!.PeerUp(e.Peer, e.Outbound, _node.Now.Mono, _gossipEffects);
        Drain();
    }

    public void GossipDown(GossipDown e) => _gossip!.PeerDown(e.Peer, _node.Now.Mono);

    public void GossipCame(GossipCame e)
    {
        _gossip!.Receive(e.From, e.Rpc, _node.Now.Mono, _gossipEffects);
        Drain();
    }

    public void GossipBroken(GossipBroken e)
    {
        _gossip!.Malformed(e.From, _node.Now.Mono, _gossipEffects);
        Drain();
    }

    public void GossipChecked(GossipChecked e)
    {
        var id = e.Message.Id;
        if (e.Good && e.Content is not null) _contents[id] = e.Content;
        _gossip!.Checked(e.Message, e.Good, _node.Now.Mono, _gossipEffects);
        Drain();
        _contents.Remove(id);
    }

    public void AnnounceDue(AnnounceDue e)
    {
        _gossip!.Publish(_node.Signer, e.Topic, e.Data.Span, _node.Now.Mono, _gossipEffects);
        Drain();
    }

    /// <summary>Passes a bid on, if the offer named this node for that and its issuer is connected.</summary>
    public void ForwardCame(ForwardCame e)
    {
        var offer = e.Message.Bid.OfferId;
        if (!_viaFor.TryGetValue(offer, out var via) || via.Issuer != e.Message.To || via.Left == 0) return;
        _viaFor[offer] = (via.Issuer, via.Left - 1);
        _node.Say(e.Message.To, e.Message.Bid, binding: false);
    }

    /// <summary>Whether a peer is known that listens to offers of a class: what is announced before goes nowhere.</summary>
    public bool IsHeard(string @class) => _gossip is { } gossip && gossip.Subscribers(Topics.Offers(@class)).Count > 0;

    /// <summary>Where bids for this node may be sent: to itself where it can be dialled, and to connected peers that can.</summary>
    public ImmutableArray<Contact> Via()
    {
        var via = ImmutableArray.CreateBuilder<Contact>();
        if (!_node.Addresses.IsEmpty) via.Add(new Contact(_node.Self, _node.Addresses));
        foreach (var (peer, (facts, _)) in _facts)
        {
            if (via.Count == Offer.ViaMost) break;
            if (facts.Network is null || facts.Addresses.IsEmpty) continue;
            via.Add(new Contact(peer, [.. facts.Addresses.AsSpan(0, Math.Min(facts.Addresses.Length, Contact.AddressesMost))]));
        }

        return via.ToImmutable();
    }

    private void Do(GossipEffect effect)
    {
        switch (effect)
        {
            case GossipSend send: _node.Effects.Add(new SendGossip(send.Peer, send.Rpc)); break;
            case GossipCheck check: _node.Effects.Add(new CheckGossip(check.Message)); break;
            case GossipDeliver deliver: Deliver(deliver.Message); break;
            case GossipDrop drop: _node.Effects.Add(new Drop(drop.Peer, drop.Why)); break;
        }
    }

    private void Deliver(GossipMessage message)
    {
        _contents.TryGetValue(message.Id, out var content);
        var verdict = content switch
        {
            OfferHeard heard => Judge(heard.Message.Offer),
            OfferEnded => GossipVerdict.Accept,
            _ => GossipVerdict.Reject,
        };
        _gossip!.Judge(message.Id, verdict, _node.Now.Mono, _gossipEffects);
        if (verdict != GossipVerdict.Accept) return;
        if (content is OfferHeard offer)
        {
            Remember(offer);
            HeardOffer?.Invoke(offer);
        }
        else if (content is OfferEnded ended)
        {
            if (_viaFor.TryGetValue(ended.Message.OfferId, out var via) && via.Issuer == ended.Issuer) _viaFor.Remove(ended.Message.OfferId);
            EndedOffer?.Invoke(ended);
        }
    }

    /// <summary>What is old or too often is let go without blame: the sender may not know.</summary>
    private GossipVerdict Judge(Offer offer)
    {
        if (offer.BidEndMs <= _node.NowMs || (long)offer.Header.TimeMs - _node.Now.WallMs > BidPolicy.SkewMs) return GossipVerdict.Ignore;
        _issuers.TryGetValue(offer.Issuer, out var rate);
        if (rate.Count == 0 || _node.Now.Mono >= rate.Since + OffersEvery) rate = (_node.Now.Mono, 0);
        if (rate.Count >= OffersMost) return GossipVerdict.Ignore;
        if (!_issuers.ContainsKey(offer.Issuer) && _issuers.IsFull) _issuers.Remove(_issuers.First.Key);
        _issuers[offer.Issuer] = (rate.Since, rate.Count + 1);
        return GossipVerdict.Accept;
    }

    private void Remember(OfferHeard heard)
    {
        foreach (var via in heard.Message.Offer.Via)
        {
            if (via.Peer != _node.Self || _viaFor.ContainsKey(heard.Message.Id)) continue;
            if (_viaFor.IsFull) _viaFor.Remove(_viaFor.First.Key);
            _viaFor[heard.Message.Id] = (heard.Message.Offer.Issuer, ForwardsMost);
        }
    }
}
