// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;

namespace PeerCompute.Core.Blobs;

/// <summary>
/// Which blobs of a node belong to which live job or lease, and who issued it: what <see cref="Effects.ShareBlobs"/> and
/// <see cref="Effects.WithholdBlobs"/> of the machine amount to. A shell asks it before it serves. No larger than the machine's live jobs and leases.
/// </summary>
public sealed class BlobShares
{
    private readonly OrderedMap<Hash32, Share> _shares = new();
    private readonly BlobPins<Hash32> _pins = new();

    /// <summary>Serves the blobs of a job or lease from now on, in place of those that it served before.</summary>
    /// <param name="scope">The job for its inputs, the lease for its outputs.</param>
    /// <param name="issuer">Whose tokens count.</param>
    /// <param name="roots">The blobs.</param>
    /// <param name="holders">Who else has them, for who is served them here.</param>
    public void Put(Hash32 scope, PeerId issuer, ImmutableArray<Hash32> roots, ImmutableArray<Contact> holders)
    {
        Remove(scope);
        _pins.Add(scope, roots);
        _shares[scope] = new Share(issuer, holders);
    }

    /// <summary>Serves them no more.</summary>
    /// <param name="scope">The job or lease; may be unknown.</param>
    public void Remove(Hash32 scope)
    {
        _pins.Remove(scope);
        _shares.Remove(scope);
    }

    /// <summary>Whether any live job or lease shares a blob: it must not be deleted for the sake of another.</summary>
    /// <param name="root">The blob.</param>
    /// <returns>True when it is shared.</returns>
    public bool Has(Hash32 root) => _pins.Has(root);

    /// <summary>Whether a token whose signature was found good gives a blob to a peer.</summary>
    /// <param name="token">The token.</param>
    /// <param name="asker">The peer that asks, authenticated by its connection.</param>
    /// <param name="root">The blob that it asks for.</param>
    /// <param name="nowMs">Wall clock, Unix milliseconds.</param>
    /// <returns><see cref="BlobRefusal.None"/>, or why not.</returns>
    public BlobRefusal Judge(SignedToken token, PeerId asker, Hash32 root, ulong nowMs)
    {
        if (token.Token.Holder != asker) return BlobRefusal.OtherHolder;
        if (nowMs > token.Token.NotAfterMs) return BlobRefusal.Expired;
        var scope = token.Token.Shared;
        var given = _shares.TryGetValue(scope, out var share) && share.Issuer == token.Envelope.Signer && _pins.Has(scope, root);
        return given ? BlobRefusal.None : BlobRefusal.NotServed;
    }

    /// <summary>Who else has the blobs that a token is for; asked only where <see cref="Judge"/> gave one of them.</summary>
    /// <param name="token">The token.</param>
    /// <returns>At most <see cref="BlobAnswer.HoldersMost"/>, the asker not among them.</returns>
    public ImmutableArray<Contact> HoldersFor(SignedToken token)
    {
        var holders = ImmutableArray.CreateBuilder<Contact>(BlobAnswer.HoldersMost);
        if (!_shares.TryGetValue(token.Token.Shared, out var share)) return [];
        foreach (var holder in share.Holders)
        {
            if (holder.Peer != token.Token.Holder && holders.Count < BlobAnswer.HoldersMost) holders.Add(holder);
        }

        return holders.ToImmutable();
    }

    private sealed record Share(PeerId Issuer, ImmutableArray<Contact> Holders);
}
