// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;

namespace PeerCompute.Trust.Draws;

/// <summary>The seed of every draw of a lease: neither side knows it before the commit is signed.</summary>
public static class DrawSeed
{
    /// <summary>H(lease id, r, hash of the commit entry).</summary>
    /// <param name="leaseId">The lease.</param>
    /// <param name="nonce">r, revealed after the commit.</param>
    /// <param name="commitEntry">Hash of the signed commit entry.</param>
    /// <returns>The seed.</returns>
    public static Hash32 Of(Hash32 leaseId, Hash32 nonce, Hash32 commitEntry)
        => new HashBuilder("peercompute/1/draw-seed").Add(leaseId).Add(nonce).Add(commitEntry).Hash();
}
