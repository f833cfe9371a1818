// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Core.Blobs;
using PeerCompute.Core.Runs;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Blobs;

/// <summary>
/// Decides who is served which blob (docs/protocol/blob.md). A token's signature is checked once for a peer and remembered, so that the
/// requests of one fetch cost one check.
/// </summary>
/// <param name="nowMs">Wall clock, Unix milliseconds.</param>
internal sealed class BlobGate(Func<long> nowMs)
{
    /// <summary>Tokens remembered as good for one peer; the oldest is checked again when it comes again.</summary>
    public const int TokensPerPeer = 16;

    /// <summary>Peers whose tokens are remembered.</summary>
    public const int PeersMost = 1024;

    private readonly Lock _gate = new();
    private readonly BlobShares _shares = new();
    private readonly BlobPins<RunKey> _pins = new();
    private readonly BlobPins<Hash32> _images = new();
    private readonly BlobPins<Hash32> _coming = new();
    private readonly HashSet<Hash32> _public = [];
    private readonly OrderedMap<PeerId, OrderedMap<Hash32, SignedToken>> _good = new(PeersMost);

    /// <summary>Signatures checked so far.</summary>
    public long Checks { get; private set; }

    /// <summary>Blobs that leases keep in the store, or will.</summary>
    public int Pinned
    {
        get { lock (_gate) return _pins.Count; }
    }

    /// <summary>Serves the blobs of a job or lease to whom its issuer's tokens name.</summary>
    /// <param name="scope">The job or lease.</param>
    /// <param name="issuer">Whose tokens count.</param>
    /// <param name="roots">The blobs.</param>
    /// <param name="holders">Who else has them.</param>
    public void Share(Hash32 scope, PeerId issuer, ImmutableArray<Hash32> roots, ImmutableArray<Contact> holders = default)
    {
        lock (_gate) _shares.Put(scope, issuer, roots, holders.IsDefault ? [] : holders);
    }

    /// <summary>Serves them no more.</summary>
    public void Withhold(Hash32 scope)
    {
        lock (_gate) _shares.Remove(scope);
    }

    /// <summary>Serves a blob to everybody.</summary>
    public void Publish(Hash32 root)
    {
        lock (_gate) _public.Add(root);
    }

    /// <summary>Keeps blobs for the sake of a lease.</summary>
    public void Pin(RunKey owner, ImmutableArray<Hash32> roots)
    {
        lock (_gate) _pins.Add(owner, roots);
    }

    /// <summary>Lets go of them.</summary>
    public void Unpin(RunKey owner)
    {
        lock (_gate) _pins.Remove(owner);
    }

    /// <summary>Keeps the blobs that an image comes in, those that are still to come too.</summary>
    /// <param name="image">Digest of its manifest.</param>
    /// <param name="roots">The blobs.</param>
    /// <param name="now">Whether they are on their way; else they stay for another try, as long as nothing else wants the room.</param>
    public void Await(Hash32 image, ImmutableArray<Hash32> roots, bool now)
    {
        lock (_gate)
        {
            Forget(image);
            _images.Add(image, roots);
            if (now) _coming.Add(image, roots);
        }
    }

    /// <summary>An image has come, or will not come.</summary>
    public void AwaitNoMore(Hash32 image)
    {
        lock (_gate) Forget(image);
    }

    /// <summary>Whether a blob stays when a job or lease ends: it is public, or another one needs it.</summary>
    public bool Keeps(Hash32 root)
    {
        lock (_gate) return _public.Contains(root) || _shares.Has(root) || _pins.Has(root) || _images.Has(root);
    }

    /// <summary>Whether a live job or lease needs a blob, or an image that is on its way: no want of room takes it away.</summary>
    public bool Needs(Hash32 root)
    {
        lock (_gate) return _shares.Has(root) || _pins.Has(root) || _coming.Has(root);
    }

    /// <summary>Whether a request may be served; says nothing about what is in the store.</summary>
    /// <param name="request">From a stranger.</param>
    /// <param name="asker">The peer of its connection.</param>
    /// <returns><see cref="BlobRefusal.None"/>, or why not.</returns>
    public BlobRefusal Judge(BlobRequest request, PeerId asker) => Judge(request, asker, out _);

    /// <summary>Whether a request may be served, and who else might be asked.</summary>
    /// <param name="request">From a stranger.</param>
    /// <param name="asker">The peer of its connection.</param>
    /// <param name="holders">Empty where it may not.</param>
    /// <returns><see cref="BlobRefusal.None"/>, or why not.</returns>
    public BlobRefusal Judge(BlobRequest request, PeerId asker, out ImmutableArray<Contact> holders)
    {
        holders = [];
        lock (_gate)
        {
            if (_public.Contains(request.Root)) return BlobRefusal.None;
        }

        if (request.Token.IsEmpty) return BlobRefusal.NoToken;
        if (Good(request.Token, asker) is not { } token) return BlobRefusal.BadToken;
        lock (_gate)
        {
            var refusal = _shares.Judge(token, asker, request.Root, (ulong)nowMs());
            if (refusal == BlobRefusal.None) holders = _shares.HoldersFor(token);
            return refusal;
        }
    }

    private void Forget(Hash32 image)
    {
        _images.Remove(image);
        _coming.Remove(image);
    }

    /// <summary>The token, or null where the bytes are none or its signature is not good.</summary>
    private SignedToken? Good(ReadOnlyMemory<byte> bytes, PeerId asker)
    {
        var hash = Hash32.Of(bytes.Span);
        lock (_gate)
        {
            if (_good.TryGetValue(asker, out var known) && known.TryGetValue(hash, out var token)) return token;
        }

        try
        {
            var token = SignedToken.Decode(bytes);
            lock (_gate) Checks++;
            if (!token.IsGood()) return null;
            Remember(asker, hash, token);
            return token;
        }
        catch (WireException)
        {
            return null;
        }
    }

    private void Remember(PeerId asker, Hash32 hash, SignedToken token)
    {
        lock (_gate)
        {
            if (!_good.TryGetValue(asker, out var tokens))
            {
                if (_good.IsFull) _good.Remove(_good.First.Key);
                _good[asker] = tokens = new OrderedMap<Hash32, SignedToken>(TokensPerPeer);
            }

            if (tokens.IsFull && !tokens.ContainsKey(hash)) tokens.Remove(tokens.First.Key);
            tokens[hash] = token;
        }
    }
}
