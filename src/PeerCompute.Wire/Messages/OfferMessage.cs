// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Wire.Messages;

/// <summary>A signed offer.</summary>
/// <param name="Offer">The decoded offer.</param>
/// <param name="Envelope">The signed bytes.</param>
public sealed record OfferMessage(Offer Offer, SignedEnvelope Envelope) : PeerMessage
{
    /// <summary>Id of the offer.</summary>
    public Hash32 Id { get; } = Offer.IdOf(Envelope);

    /// <inheritdoc/>
    public override string Protocol => Protocols.Offer;

    /// <inheritdoc/>
    public override MessageKind Kind => MessageKind.Offer;

    /// <summary>Signs an offer of our own.</summary>
    /// <param name="signer">The issuer's key.</param>
    /// <param name="offer">The offer.</param>
    /// <returns>The message.</returns>
    public static OfferMessage Sign(ISigner signer, Offer offer)
        => new(offer, SignedEnvelope.Seal(signer, Domains.Signature, Domains.Offer, offer.Encode()));

    /// <summary>Reads a signed offer; the signature is not checked here.</summary>
    /// <param name="bytes">The envelope.</param>
    /// <returns>The message.</returns>
    /// <exception cref="WireException">Not an envelope of an offer, or not signed by its issuer.</exception>
    public static OfferMessage Decode(ReadOnlyMemory<byte> bytes)
    {
        var envelope = SignedEnvelope.Decode(bytes, WireLimits.OfferBytes);
        if (!envelope.PayloadType.Span.SequenceEqual(Domains.Offer)) throw new WireException("payload_type", "is not that of an offer");
        var offer = Offer.Decode(envelope.Payload);
        if (envelope.Signer != offer.Issuer) throw new WireException("issuer", "is not who signed the offer");
        return new OfferMessage(offer, envelope);
    }

    /// <inheritdoc/>
    public override byte[] Encode() => Envelope.Bytes.ToArray();
}
