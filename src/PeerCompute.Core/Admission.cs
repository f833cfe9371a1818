// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Core.Events;
using PeerCompute.Core.Mesh;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Wire.Checkpoints;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Core;

/// <summary>
/// The door between strangers' bytes and the machine: opens what is sealed to us, checks every signature, and makes an event of it.
/// Pure and without state, so a shell may call it on any thread before the event is queued.
/// </summary>
public static class Admission
{
    /// <summary>Admits a message.</summary>
    /// <param name="self">Our key.</param>
    /// <param name="from">The peer whose authenticated connection it came on.</param>
    /// <param name="message">The decoded message.</param>
    /// <returns>The event.</returns>
    /// <exception cref="WireException">A signature is bad, or the message is not from who may send it.</exception>
    public static NodeEvent Admit(ISigner self, PeerId from, PeerMessage message) => message switch
    {
        OfferMessage m => Admit(from, m),
        SealedBid m => Admit(self, from, m),
        Decline m => new DeclineCame(from, m),
        EntriesMessage m => Admit(from, m),
        SyncMessage m => new SyncCame(from, m),
        SecretsMessage m => new SecretsCame(from, m),
        LiveMessage m => new LiveCame(from, m),
        CheckpointMessage m => new CheckpointCame(from, m),
        ForwardedBid m => new ForwardCame(from, m),
        _ => throw new WireException("message", "not known"),
    };

    /// <summary>Admits what a gossip message says.</summary>
    /// <param name="message">The message; its author's signature is good.</param>
    /// <returns>An <see cref="OfferHeard"/> or <see cref="OfferEnded"/> by the message's author; null where it is neither.</returns>
    public static NodeEvent? AdmitGossip(GossipMessage message)
    {
        try
        {
            var envelope = SignedEnvelope.Decode(message.Data, WireLimits.OfferBytes);
            if (envelope.Signer != message.Id.Author || !envelope.Verify(Domains.Signature)) return null;
            if (envelope.PayloadType.Span.SequenceEqual(Domains.OfferClosed)) return new OfferEnded(envelope.Signer, OfferClosed.Decode(message.Data));
            var offer = OfferMessage.Decode(message.Data);
            return message.Topic == Topics.Offers(offer.Offer.Class) ? new OfferHeard(offer) : null;
        }
        catch (WireException)
        {
            return null;
        }
    }

    private static OfferCame Admit(PeerId from, OfferMessage message)
    {
        if (!message.Envelope.Verify(Domains.Signature)) throw new WireException("offer.signature", "is not good");
        return new OfferCame(from, message);
    }

    private static BidCame Admit(ISigner self, PeerId from, SealedBid message)
    {
        var opened = self.Open(message.Box.Span, Domains.SealedBid, message.OfferId.ToArray())
            ?? throw new WireException("bid.box", "does not open with our key");
        var envelope = SignedEnvelope.Decode(opened, WireLimits.BidBytes);
        if (!envelope.PayloadType.Span.SequenceEqual(Domains.Bid)) throw new WireException("bid.payload_type", "is not that of a bid");
        var bid = Bid.Decode(envelope.Payload);
        if (bid.OfferId != message.OfferId || bid.Header.Context != message.OfferId)
            throw new WireException("bid.offer_id", "is not the one it was sealed for");
        if (envelope.Signer != bid.Worker) throw new WireException("bid.worker", "is not who signed it");
        if (!envelope.Verify(Domains.Signature)) throw new WireException("bid.signature", "is not good");
        return new BidCame(from, bid, envelope);
    }

    private static EntriesCame Admit(PeerId from, EntriesMessage message)
    {
        for (var i = 0; i < message.Items.Length; i++)
        {
            if (message.Items[i].Entry.Header.Context != message.LeaseId) throw new WireException($"entries[{i}].context", "is another lease");
            if (!message.Items[i].Envelope.Verify(Domains.Signature)) throw new WireException($"entries[{i}].signature", "is not good");
        }

        return new EntriesCame(from, message);
    }
}
