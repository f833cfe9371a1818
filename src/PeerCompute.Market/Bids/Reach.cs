// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;

namespace PeerCompute.Market.Bids;

/// <summary>Who may bid on an offer yet: a share of peers that doubles. Spreads load; no trust rule leans on it.</summary>
public static class Reach
{
    /// <summary>All peers, millionths.</summary>
    public const uint All = 1_000_000;

    /// <summary>Whether a peer is within reach.</summary>
    /// <param name="offerId">The offer.</param>
    /// <param name="peer">The peer.</param>
    /// <param name="startPpm">Share at the start, millionths.</param>
    /// <param name="doubleMs">The share doubles every so many milliseconds, at least 1.</param>
    /// <param name="ageMs">Age of the offer in milliseconds.</param>
    /// <returns>True when it may bid.</returns>
    public static bool Contains(Hash32 offerId, PeerId peer, uint startPpm, uint doubleMs, long ageMs)
    {
        var doublings = (int)Math.Clamp(ageMs / doubleMs, 0, 20);
        var share = Math.Min(All, (ulong)startPpm << doublings);
        var hash = new HashBuilder("peercompute/1/reach").Add(offerId).Add(peer.ToBytes()).Hash().ToArray();
        return BinaryPrimitives.ReadUInt64BigEndian(hash) % All < share;
    }
}
