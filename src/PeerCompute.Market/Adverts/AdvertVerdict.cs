// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Market.Adverts;

/// <summary>What became of an advert that was given to the book.</summary>
public enum AdvertVerdict
{
    /// <summary>News: kept.</summary>
    Accepted,

    /// <summary>The very bytes that are held: nothing changes.</summary>
    Known,

    /// <summary>Of an earlier life of the node than what is held.</summary>
    Stale,

    /// <summary>Its sequence is not above the one held in the same life: an old advert given again, or two under one number.</summary>
    Replayed,

    /// <summary>A signature is bad, or it is signed by another than the node that gave it.</summary>
    Forged,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Issued in our future by more than <see cref="Bids.BidPolicy.SkewMs"/>.</summary>
    ClockAhead,

    /// <summary>Made for another network.</summary>
    OtherNetwork,

    /// <summary>A status whose profile is not held: ask again for both.</summary>
    NoProfile,
}
