// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;

namespace PeerCompute.Libp2p.Kademlia;

/// <summary>
/// Values held for others, of namespaces with rules only: a store that takes any key fills up (CVE-2026-45783). A full store, or a peer beyond its share, is
/// refused; a better value under a key that is held takes its place.
/// </summary>
internal sealed class RecordStore(KadOptions options)
{
    private readonly OrderedMap<Hash32, Held> _records = new();
    private readonly OrderedMap<PeerId, int> _ofPeer = new();

    /// <summary>Bytes of keys and values held.</summary>
    public int Bytes { get; private set; }

    /// <summary>Records held.</summary>
    public int Count => _records.Count;

    /// <summary>The rules of a record's namespace, and whether they hold.</summary>
    /// <exception cref="WireException">No namespace, one without rules, or the record breaks them.</exception>
    public static KadNamespace Check(KadRecord record, KadOptions options)
    {
        var rules = Rules(record.Key.Span, options);
        return rules.IsValid(record) ? rules : throw new WireException("record", $"breaks the rules of /{rules.Name}/");
    }

    /// <summary>The rules for a key.</summary>
    /// <exception cref="WireException">No namespace, or one without rules.</exception>
    public static KadNamespace Rules(ReadOnlySpan<byte> key, KadOptions options)
    {
        var end = key.Length > 1 && key[0] == '/' ? key[1..].IndexOf((byte)'/') : -1;
        if (end <= 0) throw new WireException("record key", "not of the form /namespace/…");
        var name = key.Slice(1, end);
        foreach (var rules in options.Namespaces)
        {
            if (name.SequenceEqual(Encoding.UTF8.GetBytes(rules.Name))) return rules;
        }

        throw new WireException("record key", "of a namespace without rules");
    }

    /// <summary>Stores a stranger's record.</summary>
    /// <param name="from">Who puts it.</param>
    /// <param name="record">The record.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="WireException">Against the rules, a worse value than the one held, or beyond a bound.</exception>
    public void Put(PeerId from, KadRecord record, Instant now)
    {
        var rules = Check(record, options);
        var key = Hash32.Of(record.Key.Span);
        _records.TryGetValue(key, out var held);
        if (held is not null && !held.Record.Value.Span.SequenceEqual(record.Value.Span) && !rules.IsBetter(record, held.Record))
            throw new WireException("record", "a better one is held");
        _ofPeer.TryGetValue(from, out var share);
        if (held?.From != from && share >= options.RecordsPerPeer) throw new WireException("record", $"more than {options.RecordsPerPeer} of one peer");
        if (Bytes + Size(record) - (held is null ? 0 : Size(held.Record)) > options.RecordBytes) throw new WireException("record", "the store is full");
        if (held is not null) Remove(key, held);
        _records[key] = new Held(record, from, now);
        _ofPeer[from] = _ofPeer.TryGetValue(from, out share) ? share + 1 : 1;
        Bytes += Size(record);
    }

    /// <summary>The record under a key, or null.</summary>
    public KadRecord? Get(ReadOnlySpan<byte> key, Instant now) =>
        _records.TryGetValue(Hash32.Of(key), out var held) && now - held.Received < options.RecordExpiry ? held.Record : null;

    /// <summary>Lets go of what has expired.</summary>
    public void Purge(Instant now)
    {
        foreach (var pair in _records.ToArray())
        {
            if (now - pair.Value.Received >= options.RecordExpiry) Remove(pair.Key, pair.Value);
        }
    }

    private static int Size(KadRecord record) => record.Key.Length + record.Value.Length + record.TimeReceived.Length;

    private void Remove(Hash32 key, Held held)
    {
        _records.Remove(key);
        Bytes -= Size(held.Record);
        if (_ofPeer[held.From] == 1) _ofPeer.Remove(held.From);
        else _ofPeer[held.From]--;
    }

    private sealed record Held(KadRecord Record, PeerId From, Instant Received);
}
