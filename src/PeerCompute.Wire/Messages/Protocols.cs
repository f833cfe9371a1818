// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wire.Messages;

/// <summary>Stream protocols between nodes. One message is one stream: frame, then the writer closes.</summary>
public static class Protocols
{
    /// <summary>Offers.</summary>
    public const string Offer = "/peercompute/offer/1";

    /// <summary>Sealed bids and declines.</summary>
    public const string Bid = "/peercompute/bid/1";

    /// <summary>Chain entries and what is held of them.</summary>
    public const string Lease = "/peercompute/lease/1";

    /// <summary>Encrypted chunks.</summary>
    public const string Blob = "/peercompute/blob/1";

    /// <summary>Adverts: a query, and the asked node's answer.</summary>
    public const string Advert = "/peercompute/advert/1";

    /// <summary>What an image consists of: a query, and the asked node's answer.</summary>
    public const string Image = "/peercompute/image/1";
}
