// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Base.Time;

namespace PeerCompute.Libp2p.Kademlia;

/// <summary>
/// One walk towards a key (Maymounkov and Mazières 2002, section 2.3, as libp2p/specs kad-dht narrows it), and for <see cref="KadQueryKind.Provide"/> and
/// <see cref="KadQueryKind.Put"/> the storing at its end.
/// </summary>
internal sealed class KadQuery(long id, KadQueryKind kind, KadMessage request, PeerId self, KadOptions options)
{
    private readonly Shortlist _walk = new(request.Target, self, options);
    private readonly List<KadPeer> _stored = [];
    private List<KadPeer>? _storing;
    private Findings? _findings;
    private ImmutableArray<Multiaddr> _soughtAt = [];
    private KadPeer? _sought;
    private KadRecord? _record;
    private Instant _began;
    private Instant _nextSlow = Instant.Never;
    private int _requests;
    private int _records;
    private bool _reached;
    private bool _settled;

    /// <summary>Its number.</summary>
    public long Id { get; } = id;

    /// <summary>What it is after.</summary>
    public KadQueryKind Kind { get; } = kind;

    /// <summary>What it walks towards.</summary>
    public ReadOnlyMemory<byte> Key => request.Key;

    /// <summary>Where that lies in the key space.</summary>
    public Hash32 Target => request.Target;

    /// <summary>The peer that is looked for.</summary>
    public PeerId Sought { get; init; }

    /// <summary>Providers or records that suffice.</summary>
    public int Wanted { get; init; }

    /// <summary>What is stored at the closest peers.</summary>
    public KadMessage? Store { get; init; }

    /// <summary>The rules of the record that is fetched.</summary>
    public KadNamespace? Rules { get; init; }

    /// <summary>What it is for, if it is this node's upkeep; nobody is told of its end.</summary>
    public KadUpkeep Upkeep { get; init; }

    /// <summary>Whether it is over.</summary>
    public bool IsDone { get; private set; }

    /// <summary>When it wants to be advanced.</summary>
    public Instant NextWake => Instant.Min(_began + options.QueryTimeout, _nextSlow);

    /// <summary>What came of it.</summary>
    public KadResult Result
    {
        get
        {
            Invariant.Check(IsDone);
            ImmutableArray<KadPeer> peers = Kind switch
            {
                KadQueryKind.FindClosest or KadQueryKind.Get => _walk.Answered(),
                KadQueryKind.FindPeer => SoughtPeer(),
                KadQueryKind.FindProviders => _findings?.Result() ?? [],
                _ => [.. _stored],
            };
            return new KadResult(Kind, peers, _record, _requests, _reached || (_settled && _walk.HasAnswers));
        }
    }

    /// <summary>Starts at the closest contacts of the table.</summary>
    public void Begin(IEnumerable<KadPeer> contacts, Instant now, List<KadEffect> effects)
    {
        _began = now;
        foreach (var peer in contacts) _walk.Add(peer);
        Step(now, effects);
    }

    /// <summary>A peer answered.</summary>
    /// <returns>The peer and whether its answer fits; null when it was not asked.</returns>
    public (KadPeer Peer, bool Fits)? Answered(PeerId from, KadMessage? response, Instant now, List<KadEffect> effects)
    {
        if (_storing is not null) return StoredAt(from, response);
        var fits = response is not null && response.Type == request.Type;
        if (_walk.Settle(from, fits) is not { } peer) return null;
        if (fits) Take(peer, response!, effects);
        Step(now, effects);
        return (peer, fits);
    }

    /// <summary>A peer did not answer.</summary>
    /// <returns>The peer; null when it was not asked.</returns>
    public KadPeer? Failed(PeerId from, Instant now, List<KadEffect> effects)
    {
        if (_storing is not null)
        {
            var at = _storing.FindIndex(p => p.Id == from);
            if (at < 0) return null;
            var holder = _storing[at];
            _storing.RemoveAt(at);
            IsDone = _storing.Count == 0;
            return holder;
        }

        var peer = _walk.Settle(from, answered: false);
        if (peer is not null) Step(now, effects);
        return peer;
    }

    /// <summary>Time passed.</summary>
    public void Advance(Instant now, List<KadEffect> effects)
    {
        if (now - _began >= options.QueryTimeout) IsDone = true;
        else if (_storing is null) Step(now, effects);
    }

    private void Step(Instant now, List<KadEffect> effects)
    {
        Go(now, effects);
        _nextSlow = _storing is null ? _walk.NextSlow(now) : Instant.Never; // while it stores, nobody holds anybody up
    }

    private void Go(Instant now, List<KadEffect> effects)
    {
        if (!_reached)
        {
            while (_requests < options.MaxRequests && _walk.Next(now) is { } peer) Ask(peer, request, effects);
            _settled = _walk.IsSettled;
            if (!_settled && (_requests < options.MaxRequests || _walk.IsWaiting)) return;
        }

        if (Store is null)
        {
            IsDone = true;
            return;
        }

        _storing = [.. _walk.Answered()];
        foreach (var peer in _storing) Ask(peer, Store, effects);
        IsDone = _storing.Count == 0;
    }

    private void Ask(KadPeer peer, KadMessage message, List<KadEffect> effects)
    {
        _requests++;
        effects.Add(new KadAsk(Id, peer.Id, peer.Addresses, message));
    }

    private void Take(KadPeer from, KadMessage response, List<KadEffect> effects)
    {
        var closer = response.CloserPeers;
        for (var i = 0; i < closer.Length && i < options.K; i++) _walk.Add(closer[i]);
        switch (Kind)
        {
            case KadQueryKind.FindPeer: TakeSought(from, closer, effects); break;
            case KadQueryKind.FindProviders: TakeProviders(response, effects); break;
            case KadQueryKind.Get: TakeRecord(response); break;
            default: break;
        }
    }

    // An address that somebody names is a rumour; the peer itself is asked next, as nobody is closer, and its answer is the proof.
    private void TakeSought(KadPeer from, ImmutableArray<KadPeer> closer, List<KadEffect> effects)
    {
        if (from.Id == Sought)
        {
            _sought = from;
            _reached = true;
            return;
        }

        foreach (var peer in closer)
        {
            if (peer.Id != Sought || _soughtAt.Length >= KadPeer.MaxAddresses || peer.Addresses.All(_soughtAt.Contains)) continue;
            _soughtAt = [.. _soughtAt, .. peer.Addresses.Where(a => !_soughtAt.Contains(a))];
            effects.Add(new KadFound(Id, [peer]));
        }
    }

    private void TakeProviders(KadMessage response, List<KadEffect> effects)
    {
        _findings ??= new Findings(self);
        var news = _findings.Add(response.ProviderPeers);
        if (!news.IsEmpty && Upkeep == KadUpkeep.None) effects.Add(new KadFound(Id, news));
        _reached = _findings.Suffice(Wanted);
    }

    private void TakeRecord(KadMessage response)
    {
        if (response.Record is not { } record || !record.Key.Span.SequenceEqual(request.Key.Span) || !Rules!.IsValid(record)) return;
        if (_record is null || (!record.Value.Span.SequenceEqual(_record.Value.Span) && Rules.IsBetter(record, _record))) _record = record;
        _reached = ++_records >= Wanted;
    }

    private (KadPeer Peer, bool Fits)? StoredAt(PeerId from, KadMessage? response)
    {
        var at = _storing!.FindIndex(p => p.Id == from);
        if (at < 0) return null;
        var peer = _storing[at];
        _storing.RemoveAt(at);
        IsDone = _storing.Count == 0;
        var fits = !Store!.WantsAnswer || (response?.Record is { } record && record.Value.Span.SequenceEqual(Store.Record!.Value.Span));
        if (fits) _stored.Add(peer);
        return (peer, fits);
    }

    private ImmutableArray<KadPeer> SoughtPeer()
    {
        if (_sought is not null) return [_sought];
        return _soughtAt.IsEmpty ? [] : [new KadPeer(Sought, _soughtAt)];
    }
}

/// <summary>What a query of the node's own is for.</summary>
internal enum KadUpkeep
{
    /// <summary>None: somebody asked for it.</summary>
    None,

    /// <summary>Looks this node itself up; its buckets follow.</summary>
    Self,

    /// <summary>Looks up a point of one bucket.</summary>
    Bucket,

    /// <summary>Announces a key again.</summary>
    Republish,
}
