// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;

namespace PeerCompute.Libp2p.Gossip;

/// <summary>
/// Ids seen lately, in a ring with a hashed index: 56 bytes each and nothing when empty. Once an id is forgotten, older ones of its author stay refused,
/// so that nobody can play old messages again.
/// </summary>
internal sealed class SeenCache(int capacity, TimeSpan ttl, ulong salt)
{
    private const int SmallestRing = 16;
    private const int MostAuthors = 1024;

    private Entry[] _ring = [];
    private int[] _index = []; // open addressing; place in the ring plus one, 0 when free
    private int _first;
    private OrderedMap<PeerId, ulong>? _forgotten;

    public int Count { get; private set; }

    public bool Contains(MessageId id)
    {
        if (Count == 0) return false;
        for (var slot = Home(id); _index[slot] != 0; slot = Next(slot))
        {
            if (_ring[_index[slot] - 1].Id == id) return true;
        }

        return false;
    }

    /// <summary>Whether it is at most as new as an id of its author that is forgotten already.</summary>
    public bool IsOld(MessageId id) => _forgotten is not null && _forgotten.TryGetValue(id.Author, out var last) && id.Sequence <= last;

    /// <summary>Adds an id that is not there.</summary>
    public void Add(MessageId id, Instant now)
    {
        if (Count == capacity) Forget();
        if (Count == _ring.Length) Grow();
        var place = (_first + Count++) % _ring.Length;
        _ring[place] = new Entry(id, now + ttl);
        Index(place);
    }

    public void Expire(Instant now)
    {
        while (Count > 0 && _ring[_first].Until <= now) Forget();
    }

    private void Forget()
    {
        var id = _ring[_first].Id;
        Unindex(id);
        _first = (_first + 1) % _ring.Length;
        Count--;
        _forgotten ??= new OrderedMap<PeerId, ulong>(MostAuthors);
        var last = _forgotten.TryGetValue(id.Author, out var before) ? ulong.Max(before, id.Sequence) : id.Sequence;
        _forgotten.Remove(id.Author);
        if (_forgotten.IsFull) _forgotten.Remove(_forgotten.First.Key);
        _forgotten.TryAdd(id.Author, last);
    }

    private void Grow()
    {
        var ring = new Entry[int.Min(capacity, int.Max(SmallestRing, 2 * _ring.Length))];
        for (var i = 0; i < Count; i++) ring[i] = _ring[(_first + i) % _ring.Length];
        _ring = ring;
        _first = 0;
        var slots = SmallestRing;
        while (slots < 2 * ring.Length) slots *= 2;
        _index = new int[slots];
        for (var i = 0; i < Count; i++) Index(i);
    }

    private void Index(int place)
    {
        var slot = Home(_ring[place].Id);
        while (_index[slot] != 0) slot = Next(slot);
        _index[slot] = place + 1;
    }

    // Removal from a linearly probed table by shifting back (Knuth, The Art of Computer Programming 3, 6.4, algorithm R).
    private void Unindex(MessageId id)
    {
        var hole = Home(id);
        while (_ring[_index[hole] - 1].Id != id)
        {
            hole = Next(hole);
            Invariant.Check(_index[hole] != 0);
        }

        for (var slot = Next(hole); _index[slot] != 0; slot = Next(slot))
        {
            var home = Home(_ring[_index[slot] - 1].Id);
            var stays = hole <= slot ? hole < home && home <= slot : hole < home || home <= slot;
            if (stays) continue;
            _index[hole] = _index[slot];
            hole = slot;
        }

        _index[hole] = 0;
    }

    private int Next(int slot) => (slot + 1) & (_index.Length - 1);

    // The salt keeps strangers from choosing ids that meet in one place.
    private int Home(MessageId id)
    {
        var mixed = (id.Author.FirstWord ^ id.Sequence ^ salt) * 0x9E3779B97F4A7C15UL;
        mixed = ((mixed >> 32) ^ mixed ^ salt) * 0xBF58476D1CE4E5B9UL;
        return (int)(mixed >> 33) & (_index.Length - 1);
    }

    private readonly record struct Entry(MessageId Id, Instant Until);
}
