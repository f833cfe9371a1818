// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wire.Common;

/// <summary>Signature domains and payload types: a signature made for one kind of body never counts for another.</summary>
public static class Domains
{
    /// <summary>Domain of every signed body of this protocol version.</summary>
    public const string Signature = "peercompute/1";

    /// <summary>Payload type of an offer.</summary>
    public static ReadOnlySpan<byte> Offer => "/peercompute/offer"u8;

    /// <summary>Payload type of an offer's end.</summary>
    public static ReadOnlySpan<byte> OfferClosed => "/peercompute/offer-closed"u8;

    /// <summary>Payload type of a bid.</summary>
    public static ReadOnlySpan<byte> Bid => "/peercompute/bid"u8;

    /// <summary>Payload type of a chain entry of a lease.</summary>
    public static ReadOnlySpan<byte> Entry => "/peercompute/entry"u8;

    /// <summary>Payload type of a receipt.</summary>
    public static ReadOnlySpan<byte> Receipt => "/peercompute/receipt"u8;

    /// <summary>Payload type of an invite.</summary>
    public static ReadOnlySpan<byte> Invite => "/peercompute/invite"u8;

    /// <summary>Payload type of the profile of an advert.</summary>
    public static ReadOnlySpan<byte> Profile => "/peercompute/profile"u8;

    /// <summary>Payload type of the status of an advert.</summary>
    public static ReadOnlySpan<byte> Status => "/peercompute/status"u8;

    /// <summary>Payload type of a blob token.</summary>
    public static ReadOnlySpan<byte> BlobToken => "/peercompute/blob-token"u8;

    /// <summary>Payload type of a publisher's word for an image.</summary>
    public static ReadOnlySpan<byte> Image => "/peercompute/image"u8;

    /// <summary>Sealing label of bids.</summary>
    public const string SealedBid = "peercompute/1/sealed-bid";

    /// <summary>Sealing label of specs.</summary>
    public const string SealedSpec = "peercompute/1/sealed-spec";

    /// <summary>Sealing label of a job's secrets, to a worker and at rest.</summary>
    public const string SealedSecrets = "peercompute/1/sealed-secrets";

    /// <summary>Sealing label of checkpoints on their way to the issuer.</summary>
    public const string SealedCheckpoint = "peercompute/1/sealed-checkpoint";

    /// <summary>Sealing label of content keys.</summary>
    public const string SealedKeys = "peercompute/1/sealed-keys";
}
