// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using PeerCompute.Base.Checks;

namespace PeerCompute.Base.Collections;

/// <summary>A map that enumerates in the order of insertion and holds at most a stated number of entries.</summary>
/// <typeparam name="TKey">Key with value equality.</typeparam>
/// <typeparam name="TValue">Value.</typeparam>
/// <remarks>
/// The only sanctioned map of the pure rooms: lookups are hashed, enumeration never follows a hash. One array of entries that are linked in their order, and
/// one of chains; neither before the first entry, for a node holds dozens of empty maps, and a simulated network thousands of nodes.
/// </remarks>
public sealed class OrderedMap<TKey, TValue> : IEnumerable<KeyValuePair<TKey, TValue>>
    where TKey : notnull
{
    private const int SmallestTable = 4;
    private const int SmallTable = 16; // no table of so many places is made smaller
    private const int None = -1;

    private int[] _chains = []; // place of a chain's first entry plus one; a power of two of them
    private Entry[] _entries = [];
    private int _used; // places that were ever taken
    private int _free = None; // first of the places that were given back, linked by After
    private int _first = None;
    private int _last = None;
    private int _version;

    /// <summary>An empty map.</summary>
    /// <param name="capacity">Most entries it may hold; adding beyond is refused by <see cref="TryAdd"/>.</param>
    public OrderedMap(int capacity = int.MaxValue)
    {
        Invariant.Check(capacity > 0);
        Capacity = capacity;
    }

    /// <summary>Most entries it may hold.</summary>
    public int Capacity { get; }

    /// <summary>Entries held.</summary>
    public int Count { get; private set; }

    /// <summary>True when no entry fits any more.</summary>
    public bool IsFull => Count >= Capacity;

    /// <summary>Gets a value that is there; sets one, keeping its place when the key is there already.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The value.</returns>
    public TValue this[TKey key]
    {
        get
        {
            var at = Find(key);
            return at != None ? _entries[at].Value : throw new KeyNotFoundException($"{key} is not in the map.");
        }

        set
        {
            if (Find(key) is not None and var at) _entries[at].Value = value;
            else Invariant.Check(TryAdd(key, value), "ordered map is full");
        }
    }

    /// <summary>The keys in order of insertion.</summary>
    public OrderedKeys<TKey, TValue> Keys => new(this);

    /// <summary>The values in order of insertion.</summary>
    public OrderedValues<TKey, TValue> Values => new(this);

    /// <summary>The oldest entry; the map must not be empty.</summary>
    public KeyValuePair<TKey, TValue> First => new(_entries[_first].Key, _entries[_first].Value);

    /// <summary>Adds an entry at the end.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <returns>False when the key is there already or the map is full.</returns>
    public bool TryAdd(TKey key, TValue value)
    {
        if (IsFull || Find(key) != None) return false;
        var at = TakePlace();
        var hash = HashOf(key);
        ref var chain = ref _chains[ChainOf(hash)];
        _entries[at] = new Entry { Hash = hash, Next = chain - 1, Before = _last, After = None, Key = key, Value = value };
        chain = at + 1;
        if (_last == None) _first = at;
        else _entries[_last].After = at;
        _last = at;
        Count++;
        _version++;
        return true;
    }

    /// <summary>Looks a key up.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value when found.</param>
    /// <returns>True when found.</returns>
    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var at = Find(key);
        value = at != None ? _entries[at].Value : default;
        return at != None;
    }

    /// <summary>Whether a key is there.</summary>
    /// <param name="key">The key.</param>
    /// <returns>True when it is.</returns>
    public bool ContainsKey(TKey key) => Find(key) != None;

    /// <summary>Removes an entry.</summary>
    /// <param name="key">The key.</param>
    /// <returns>True when it was there.</returns>
    public bool Remove(TKey key) => Remove(key, out _);

    /// <summary>Removes an entry.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value when it was there.</param>
    /// <returns>True when it was there.</returns>
    public bool Remove(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var at = Find(key);
        value = default;
        if (at == None) return false;
        value = _entries[at].Value;
        Unchain(at);
        ref var entry = ref _entries[at];
        if (entry.Before == None) _first = entry.After;
        else _entries[entry.Before].After = entry.After;
        if (entry.After == None) _last = entry.Before;
        else _entries[entry.After].Before = entry.Before;
        entry = new Entry { After = _free };
        _free = at;
        Count--;
        _version++;
        if (_entries.Length > SmallTable && Count <= _entries.Length / 4) Resize(_entries.Length / 2);
        return true;
    }

    /// <summary>Removes everything.</summary>
    public void Clear()
    {
        _chains = [];
        _entries = [];
        _used = Count = 0;
        _free = _first = _last = None;
        _version++;
    }

    /// <summary>Walks the entries in their order; the map must not gain or lose any meanwhile.</summary>
    /// <returns>The walk.</returns>
    public Walk GetEnumerator() => new(this);

    IEnumerator<KeyValuePair<TKey, TValue>> IEnumerable<KeyValuePair<TKey, TValue>>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static int HashOf(TKey key) => typeof(TKey).IsValueType ? EqualityComparer<TKey>.Default.GetHashCode(key) : key.GetHashCode();

    // Multiplied as hashes of small numbers differ in their low bits only (Knuth, The Art of Computer Programming 3, 6.4).
    private int ChainOf(int hash) => (int)(((uint)hash * 0x9E3779B1U) >> (32 - BitOperations.Log2((uint)_chains.Length)));

    private int Find(TKey key)
    {
        if (Count == 0) return None;
        var hash = HashOf(key);
        var at = _chains[ChainOf(hash)] - 1;
        while (at != None && (_entries[at].Hash != hash || !EqualityComparer<TKey>.Default.Equals(_entries[at].Key, key))) at = _entries[at].Next;
        return at;
    }

    private int TakePlace()
    {
        if (_free != None)
        {
            var at = _free;
            _free = _entries[at].After;
            return at;
        }

        if (_used == _entries.Length) Resize(Math.Max(SmallestTable, checked(2 * _used)));
        return _used++;
    }

    /// <summary>Moves the entries, in their order, into a table of another size: no crowd that has gone leaves a large one behind.</summary>
    private void Resize(int size)
    {
        var old = _entries;
        (_entries, _chains) = (new Entry[size], new int[size]);
        _used = 0;
        for (var at = _first; at != None; at = old[at].After, _used++)
        {
            ref var chain = ref _chains[ChainOf(old[at].Hash)];
            _entries[_used] = old[at] with { Next = chain - 1, Before = _used - 1, After = _used + 1 };
            chain = _used + 1;
        }

        (_free, _first, _last) = (None, _used == 0 ? None : 0, _used - 1);
        if (_used > 0) _entries[_last].After = None;
    }

    private void Unchain(int at)
    {
        ref var chain = ref _chains[ChainOf(_entries[at].Hash)];
        if (chain - 1 == at)
        {
            chain = _entries[at].Next + 1;
            return;
        }

        var before = chain - 1;
        while (_entries[before].Next != at) before = _entries[before].Next;
        _entries[before].Next = _entries[at].Next;
    }

    private struct Entry
    {
        public int Hash;
        public int Next;
        public int Before;
        public int After;
        public TKey Key;
        public TValue Value;
    }

    /// <summary>A walk along the entries.</summary>
    public struct Walk : IEnumerator<KeyValuePair<TKey, TValue>>
    {
        private readonly OrderedMap<TKey, TValue> _map;
        private readonly int _version;
        private int _at;
        private int _next;

        internal Walk(OrderedMap<TKey, TValue> map)
        {
            _map = map;
            _version = map._version;
            _at = None;
            _next = map._first;
        }

        /// <inheritdoc/>
        public readonly KeyValuePair<TKey, TValue> Current => new(_map._entries[_at].Key, _map._entries[_at].Value);

        readonly object IEnumerator.Current => Current;

        /// <inheritdoc/>
        public bool MoveNext()
        {
            if (_version != _map._version) throw new InvalidOperationException("The map gained or lost an entry while it was walked.");
            if (_next == None) return false;
            _at = _next;
            _next = _map._entries[_at].After;
            return true;
        }

        /// <inheritdoc/>
        public void Reset() => throw new NotSupportedException();

        /// <inheritdoc/>
        public readonly void Dispose()
        {
        }
    }
}
