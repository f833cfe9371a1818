// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Time;

namespace PeerCompute.Libp2p.Kademlia;

/// <content>What a node does unasked: refresh its table, announce its keys again, forget.</content>
public sealed partial class KadNode
{
    // Beyond these the lookup of oneself covers whatever there is.
    private const int MaxBuckets = 64;

    private const int RefreshGrowth = 4;

    // Random keys that are tried for a place inside a bucket: beyond bucket 5 one of its contacts is looked up instead.
    private const int KeyTries = 64;

    private static readonly TimeSpan PurgeInterval = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AnnounceRetry = TimeSpan.FromMinutes(1);

    // The keys that this node provides, and when each is announced next.
    private readonly OrderedMap<Hash32, Instant> _own = new();
    private Instant _nextRefresh = Instant.Never;
    private TimeSpan _refreshWait;
    private bool _bucketsDue;
    private Instant _nextRepublish = Instant.Never;
    private Instant _nextPurge = Instant.Never;

    /// <summary>Does what is due.</summary>
    /// <param name="now">The time.</param>
    /// <param name="effects">Appended to.</param>
    public void Advance(Instant now, List<KadEffect> effects)
    {
        foreach (var query in Due(now))
        {
            query.Advance(now, effects);
            if (query.IsDone) End(query, now, effects);
        }

        if (now >= _nextRefresh) Refresh(now);
        if (now >= _nextRepublish) Republish(now);
        if (now >= _nextPurge) Purge(now);
        Pump(now, effects);
    }

    private List<KadQuery> Due(Instant now)
    {
        var due = new List<KadQuery>();
        foreach (var query in _active.Values)
        {
            if (query.NextWake <= now) due.Add(query);
        }

        return due;
    }

    // A network that starts all at once has little to tell at first: the first lookups of oneself follow each other in growing steps.
    private void Refresh(Instant now)
    {
        _refreshWait = new TimeSpan(Math.Min(RefreshGrowth * _refreshWait.Ticks, _options.RefreshInterval.Ticks));
        _bucketsDue |= _refreshWait >= _options.RefreshInterval;
        _nextRefresh = _table.Count == 0 ? Instant.Never : now + Jittered(_refreshWait);
        if (_table.Count > 0 && _background.Count < _options.WaitingQueries) _background.Enqueue(Closest(_self.ToBytes(), KadUpkeep.Self));
    }

    private void EnqueueBuckets()
    {
        if (!_bucketsDue) return;
        _bucketsDue = false;
        for (var i = 0; i < Math.Min(_table.Depth, MaxBuckets); i++)
        {
            if (_table.Bucket(i).Count > 0 && _background.Count < _options.WaitingQueries) _background.Enqueue(Closest(KeyInside(i), KadUpkeep.Bucket));
        }
    }

    private byte[] KeyInside(int bucket)
    {
        var key = new byte[32];
        for (var tries = 0; tries < KeyTries; tries++)
        {
            for (var at = 0; at < key.Length; at += 8) BinaryPrimitives.WriteUInt64BigEndian(key.AsSpan(at), _choices.Next());
            if ((Hash32.Of(key) ^ Point).LeadingZeros == bucket) return key;
        }

        var contacts = _table.Bucket(bucket);
        return contacts[_choices.Below(contacts.Count)].Peer.Id.ToBytes();
    }

    private void Republish(Instant now)
    {
        foreach (var (key, due) in _own.ToArray())
        {
            if (due > now) continue;
            _own[key] = now + Jittered(Addresses.IsEmpty ? AnnounceRetry : _options.RepublishInterval);
            if (!Addresses.IsEmpty && _background.Count < _options.WaitingQueries) _background.Enqueue(Announce(key, KadUpkeep.Republish));
        }

        SetNextRepublish();
    }

    // Nobody took it: there may be somebody soon.
    private void AnnounceSoon(KadQuery query, Instant now)
    {
        if (!KadKey.TryRead(query.Key.Span, out var key) || !_own.ContainsKey(key)) return;
        _own[key] = now + Jittered(AnnounceRetry);
        SetNextRepublish();
    }

    private void SetNextRepublish()
    {
        _nextRepublish = Instant.Never;
        foreach (var due in _own.Values) _nextRepublish = Instant.Min(_nextRepublish, due);
    }

    private void PurgeLater(Instant now)
    {
        if (_nextPurge == Instant.Never) _nextPurge = now + PurgeInterval;
    }

    private void Purge(Instant now)
    {
        _providers.Purge(now);
        _records.Purge(now);
        _nextPurge = _providers.Count + _records.Count > 0 ? now + PurgeInterval : Instant.Never;
    }

    // A fifth more or less, so that nodes do not act in step.
    private TimeSpan Jittered(TimeSpan span)
    {
        var fifth = new TimeSpan(span.Ticks / 5);
        return _choices.Span(span - fifth, span + fifth);
    }
}
