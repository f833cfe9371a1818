// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Offers;

/// <summary>An offer takes no more bids. Signed by its issuer; travels the way the offer did.</summary>
/// <param name="OfferId">The offer.</param>
/// <param name="Envelope">The signed bytes.</param>
public sealed record OfferClosed(Hash32 OfferId, SignedEnvelope Envelope)
{
    /// <summary>Signs the end of an offer of our own.</summary>
    /// <param name="signer">The issuer's key.</param>
    /// <param name="header">Its context is the offer id.</param>
    /// <returns>The message.</returns>
    public static OfferClosed Sign(ISigner signer, Header header)
    {
        var body = new V1.OfferClosed { Header = header.ToProto(), OfferId = Canonical.Bytes(header.Context) };
        return new OfferClosed(header.Context, SignedEnvelope.Seal(signer, Domains.Signature, Domains.OfferClosed, body.ToByteArray()));
    }

    /// <summary>Reads the end of an offer; the signature is not checked here.</summary>
    /// <param name="bytes">The envelope.</param>
    /// <returns>The message.</returns>
    /// <exception cref="WireException">Not such an envelope.</exception>
    public static OfferClosed Decode(ReadOnlyMemory<byte> bytes)
    {
        var envelope = SignedEnvelope.Decode(bytes, WireLimits.BidBytes);
        if (!envelope.PayloadType.Span.SequenceEqual(Domains.OfferClosed)) throw new WireException("payload_type", "is not that of a closed offer");
        var m = Canonical.Parse(V1.OfferClosed.Parser, envelope.Payload, WireLimits.BidBytes, "offer closed");
        var id = Canonical.Hash(m.OfferId, "offer_id");
        if (Header.From(m.Header).Context != id) throw new WireException("header.context", "is not the offer");
        return new OfferClosed(id, envelope);
    }
}
