// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wire.Messages;

/// <summary>First byte of a frame: what it holds.</summary>
public enum MessageKind : byte
{
    /// <summary>A signed offer.</summary>
    Offer = 1,

    /// <summary>A sealed bid.</summary>
    SealedBid = 2,

    /// <summary>A decline.</summary>
    Decline = 3,

    /// <summary>Chain entries of a lease.</summary>
    Entries = 4,

    /// <summary>What one side holds of a lease.</summary>
    Sync = 5,

    /// <summary>Asks for an advert.</summary>
    AdvertQuery = 6,

    /// <summary>A node's own advert.</summary>
    AdvertAnswer = 7,

    /// <summary>A sealed bid for a via peer to pass on.</summary>
    ForwardedBid = 8,

    /// <summary>The sealed secrets of a lease.</summary>
    Secrets = 9,

    /// <summary>What a running task says of itself.</summary>
    Live = 10,

    /// <summary>A checkpoint of a lease, or that it is kept.</summary>
    Checkpoint = 11,
}
