// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;

namespace PeerCompute.Libp2p.Kademlia;

/// <content>
/// What this node asks others. Each call starts a query, or lets it wait for its turn, and returns its number; <see cref="KadDone"/> ends it.
/// </content>
public sealed partial class KadNode
{
    private readonly OrderedMap<long, KadQuery> _active = new();
    private readonly Queue<KadQuery> _waiting = new();
    private readonly Queue<KadQuery> _background = new();
    private long _lastQuery;
    private int _activeUpkeep;

    /// <summary>Looks a peer up. Ends when the peer itself has answered, wherever strangers said it is.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">Appended to.</param>
    /// <returns>Number of the query.</returns>
    public long FindPeer(PeerId peer, Instant now, List<KadEffect> effects)
    {
        var request = new KadMessage(KadType.FindNode, peer.ToBytes());
        return Enqueue(new KadQuery(++_lastQuery, KadQueryKind.FindPeer, request, _self, _options) { Sought = peer }, now, effects);
    }

    /// <summary>Finds the k servers closest to a key.</summary>
    /// <param name="key">Any bytes, at most <see cref="KadMessage.MaxKey"/>.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">Appended to.</param>
    /// <returns>Number of the query.</returns>
    public long FindClosest(ReadOnlyMemory<byte> key, Instant now, List<KadEffect> effects)
    {
        Invariant.Check(key.Length is > 0 and <= KadMessage.MaxKey);
        return Enqueue(Closest(key, KadUpkeep.None), now, effects);
    }

    /// <summary>Finds providers of a key.</summary>
    /// <param name="key">SHA-256 of what is provided.</param>
    /// <param name="count">So many suffice.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">Appended to; <see cref="KadFound"/> as they come.</param>
    /// <returns>Number of the query.</returns>
    public long FindProviders(Hash32 key, int count, Instant now, List<KadEffect> effects)
    {
        var request = new KadMessage(KadType.GetProviders, KadKey.Multihash(key));
        return Enqueue(new KadQuery(++_lastQuery, KadQueryKind.FindProviders, request, _self, _options) { Wanted = count }, now, effects);
    }

    /// <summary>Announces that this node provides a key, now and again until <see cref="StopProviding"/>.</summary>
    /// <param name="key">SHA-256 of what is provided.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">Appended to.</param>
    /// <returns>Number of the query of the first announcement.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.LimitExceeded"/>: <see cref="KadOptions.OwnKeys"/> are provided already.</exception>
    public long Provide(Hash32 key, Instant now, List<KadEffect> effects)
    {
        if (!_own.ContainsKey(key) && _own.Count >= _options.OwnKeys)
            throw new PeerComputeException(ErrorCode.LimitExceeded, $"This node provides {_options.OwnKeys} keys already.");
        _own[key] = now + Jittered(_options.RepublishInterval);
        SetNextRepublish();
        return Enqueue(Announce(key, KadUpkeep.None), now, effects);
    }

    /// <summary>Announces a key no more; holders forget it in time.</summary>
    /// <param name="key">The key.</param>
    public void StopProviding(Hash32 key)
    {
        _own.Remove(key);
        SetNextRepublish();
    }

    /// <summary>Stores a record at the k servers closest to its key, and here.</summary>
    /// <param name="record">The record, of a namespace with rules.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">Appended to.</param>
    /// <returns>Number of the query.</returns>
    /// <exception cref="WireException">It breaks the rules of its namespace, or has none.</exception>
    public long Put(KadRecord record, Instant now, List<KadEffect> effects)
    {
        _records.Put(_self, record, now);
        PurgeLater(now);
        var store = new KadMessage(KadType.PutValue, record.Key) { Record = record };
        var request = new KadMessage(KadType.FindNode, record.Key);
        return Enqueue(new KadQuery(++_lastQuery, KadQueryKind.Put, request, _self, _options) { Store = store }, now, effects);
    }

    /// <summary>Fetches the best record under a key.</summary>
    /// <param name="key">The key, of a namespace with rules.</param>
    /// <param name="quorum">So many valid records suffice.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">Appended to.</param>
    /// <returns>Number of the query.</returns>
    /// <exception cref="WireException">The key has no namespace with rules.</exception>
    public long Get(ReadOnlyMemory<byte> key, int quorum, Instant now, List<KadEffect> effects)
    {
        var rules = RecordStore.Rules(key.Span, _options);
        var request = new KadMessage(KadType.GetValue, key);
        return Enqueue(new KadQuery(++_lastQuery, KadQueryKind.Get, request, _self, _options) { Wanted = quorum, Rules = rules }, now, effects);
    }

    /// <summary>A peer answered what a <see cref="KadAsk"/> asked.</summary>
    /// <param name="query">The query.</param>
    /// <param name="peer">Who.</param>
    /// <param name="response">Its answer; null where none is due and the request is sent.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">Appended to.</param>
    public void Answered(long query, PeerId peer, KadMessage? response, Instant now, List<KadEffect> effects)
    {
        if (!_active.TryGetValue(query, out var active) || active.Answered(peer, response, now, effects) is not { } asked) return;
        if (asked.Fits) _table.Add(asked.Peer, answered: true, now);
        else _table.Failed(asked.Peer.Point);
        Settle(active, now, effects);
    }

    /// <summary>A peer could not be reached, did not answer in time, or answered what is no message.</summary>
    /// <param name="query">The query.</param>
    /// <param name="peer">Who.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">Appended to.</param>
    public void Failed(long query, PeerId peer, Instant now, List<KadEffect> effects)
    {
        _table.Failed(KadPeer.PointOf(peer));
        if (_active.TryGetValue(query, out var active) && active.Failed(peer, now, effects) is not null) Settle(active, now, effects);
    }

    private KadQuery Closest(ReadOnlyMemory<byte> key, KadUpkeep upkeep) =>
        new(++_lastQuery, KadQueryKind.FindClosest, new KadMessage(KadType.FindNode, key), _self, _options) { Upkeep = upkeep };

    private KadQuery Announce(Hash32 key, KadUpkeep upkeep)
    {
        var multihash = KadKey.Multihash(key);
        var store = new KadMessage(KadType.AddProvider, multihash) { ProviderPeers = [new KadPeer(_self, Addresses).Trimmed()] };
        return new KadQuery(++_lastQuery, KadQueryKind.Provide, new KadMessage(KadType.FindNode, multihash), _self, _options)
        {
            Store = Addresses.IsEmpty ? null : store,
            Upkeep = upkeep,
        };
    }

    private long Enqueue(KadQuery query, Instant now, List<KadEffect> effects)
    {
        var queue = query.Upkeep == KadUpkeep.None ? _waiting : _background;
        if (queue.Count < _options.WaitingQueries) queue.Enqueue(query);
        else effects.Add(new KadDone(query.Id, new KadResult(query.Kind, [], null, 0, Complete: false)));
        Pump(now, effects);
        return query.Id;
    }

    private void Settle(KadQuery query, Instant now, List<KadEffect> effects)
    {
        if (!query.IsDone) return;
        End(query, now, effects);
        Pump(now, effects);
    }

    private void Pump(Instant now, List<KadEffect> effects)
    {
        while (_active.Count < _options.ConcurrentQueries && TakeWaiting() is { } query)
        {
            _active.TryAdd(query.Id, query);
            if (query.Upkeep != KadUpkeep.None) _activeUpkeep++;
            query.Begin(_table.Closest(query.Target, Shortlist.Capacity(_options), reliable: false), now, effects);
            if (query.IsDone) End(query, now, effects);
        }
    }

    private KadQuery? TakeWaiting()
    {
        if (_waiting.TryDequeue(out var query)) return query;
        return _activeUpkeep < _options.BackgroundQueries && _background.TryDequeue(out query) ? query : null;
    }

    private void End(KadQuery query, Instant now, List<KadEffect> effects)
    {
        _active.Remove(query.Id);
        if (query.Upkeep != KadUpkeep.None) _activeUpkeep--;
        var result = query.Result;
        if (query.Upkeep == KadUpkeep.None) effects.Add(new KadDone(query.Id, result));
        if (query.Upkeep == KadUpkeep.Self) EnqueueBuckets();
        if (query.Kind == KadQueryKind.Provide && result.Stored == 0) AnnounceSoon(query, now);
    }
}
