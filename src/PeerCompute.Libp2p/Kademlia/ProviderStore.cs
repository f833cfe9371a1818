// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;

namespace PeerCompute.Libp2p.Kademlia;

/// <summary>
/// Provider records held for others. Who floods it gains nothing by being first or fast: a full key keeps a sample of all that offered themselves, drawn by a
/// salted hash of their ids; a full store keeps the keys closest to this node, which are those that others ask it for.
/// </summary>
internal sealed class ProviderStore(Hash32 self, ulong salt, KadOptions options)
{
    private readonly OrderedMap<Hash32, Entry> _keys = new();
    private readonly OrderedMap<PeerId, int> _ofPeer = new();

    /// <summary>Records held.</summary>
    public int Count { get; private set; }

    /// <summary>Keys held.</summary>
    public int Keys => _keys.Count;

    /// <summary>Takes or renews a record.</summary>
    /// <param name="key">The key's digest.</param>
    /// <param name="provider">Who provides, with its addresses.</param>
    /// <param name="now">The time.</param>
    /// <returns>False when a bound keeps it out.</returns>
    public bool Add(Hash32 key, KadPeer provider, Instant now)
    {
        if (_keys.TryGetValue(key, out var entry))
        {
            var at = entry.Find(provider.Id);
            if (at >= 0)
            {
                entry.Records[at] = entry.Records[at] with { Peer = provider, Received = now };
                return true;
            }
        }

        if (_ofPeer.TryGetValue(provider.Id, out var held) && held >= options.ProviderRecordsPerPeer) return false;
        if (entry is null)
        {
            entry = new Entry(Hash32.Of(KadKey.Multihash(key)) ^ self);
            if (!MakeRoom(entry.Distance)) return false;
            _keys[key] = entry;
        }
        else if (entry.Records.Count >= options.ProvidersPerKey)
        {
            if (!GiveWay(entry, provider, now)) return false;
        }
        else if (Count >= options.ProviderRecords && !MakeRoom(entry.Distance))
        {
            return false;
        }

        entry.Records.Add(new Held(provider, now, null));
        _ofPeer[provider.Id] = held + 1;
        Count++;
        return true;
    }

    /// <summary>Providers of a key in random order, as many as an answer may carry.</summary>
    /// <param name="key">The key's digest.</param>
    /// <param name="now">The time.</param>
    /// <param name="choices">Draws the sample.</param>
    /// <param name="except">Left out: the asker.</param>
    public ImmutableArray<KadPeer> Sample(Hash32 key, Instant now, Choices choices, PeerId except)
    {
        if (!_keys.TryGetValue(key, out var entry)) return [];
        var all = entry.Records.ToArray();
        choices.Shuffle<Held>(all);
        var answer = ImmutableArray.CreateBuilder<KadPeer>();
        var bytes = 0;
        foreach (var record in all)
        {
            if (IsExpired(record, now) || record.Peer.Id == except) continue;
            var peer = now - record.Received <= options.AddressExpiry ? record.Peer.Trimmed() : record.Peer.With([]);
            bytes += peer.Size;
            if (answer.Count == KadMessage.MaxProviders || bytes > options.ProviderAnswerBytes) break;
            answer.Add(peer);
        }

        return answer.DrainToImmutable();
    }

    /// <summary>Lets go of what has expired.</summary>
    /// <param name="now">The time.</param>
    public void Purge(Instant now)
    {
        foreach (var key in _keys.Keys.ToArray()) Purge(key, _keys[key], now);
    }

    private void Purge(Hash32 key, Entry entry, Instant now)
    {
        for (var i = entry.Records.Count - 1; i >= 0; i--)
        {
            if (IsExpired(entry.Records[i], now)) RemoveAt(entry, i);
        }

        if (entry.Records.Count == 0) _keys.Remove(key);
    }

    // The farthest key goes, if it is farther than the newcomer's.
    private bool MakeRoom(Hash32 distance)
    {
        if (_keys.Count < options.ProviderKeys && Count < options.ProviderRecords) return true;
        var farthest = _keys.First;
        foreach (var pair in _keys)
        {
            if (pair.Value.Distance.CompareTo(farthest.Value.Distance) > 0) farthest = pair;
        }

        if (farthest.Value.Distance.CompareTo(distance) <= 0) return false;
        for (var i = farthest.Value.Records.Count - 1; i >= 0; i--) RemoveAt(farthest.Value, i);
        return _keys.Remove(farthest.Key);
    }

    // An expired record goes, else the one that ranks last, if it ranks behind the newcomer.
    private bool GiveWay(Entry entry, KadPeer newcomer, Instant now)
    {
        var last = 0;
        var lastRank = 0UL;
        for (var i = 0; i < entry.Records.Count; i++)
        {
            var record = entry.Records[i];
            if (IsExpired(record, now))
            {
                RemoveAt(entry, i);
                return true;
            }

            if (record.Rank is null) entry.Records[i] = record = record with { Rank = Rank(record.Peer) };
            if (record.Rank > lastRank) (last, lastRank) = (i, record.Rank.Value);
        }

        if (lastRank <= Rank(newcomer)) return false;
        RemoveAt(entry, last);
        return true;
    }

    private ulong Rank(KadPeer peer) => new HashBuilder("peercompute/1/kad/provider-rank").Add(salt).Add(peer.Point).Hash().First64;

    private bool IsExpired(Held record, Instant now) => now - record.Received >= options.ProviderExpiry;

    private void RemoveAt(Entry entry, int at)
    {
        var peer = entry.Records[at].Peer.Id;
        entry.Records.RemoveAt(at);
        Count--;
        if (_ofPeer[peer] == 1) _ofPeer.Remove(peer);
        else _ofPeer[peer]--;
    }

    /// <summary>A record; its rank is drawn when it is first compared.</summary>
    private readonly record struct Held(KadPeer Peer, Instant Received, ulong? Rank);

    private sealed class Entry(Hash32 distance)
    {
        public Hash32 Distance { get; } = distance;

        public List<Held> Records { get; } = new(4);

        public int Find(PeerId provider)
        {
            for (var i = 0; i < Records.Count; i++)
            {
                if (Records[i].Peer.Id == provider) return i;
            }

            return -1;
        }
    }
}
