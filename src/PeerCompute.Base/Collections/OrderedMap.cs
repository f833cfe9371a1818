// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using System.Diagnostics.CodeAnalysis;
using PeerCompute.Base.Checks;

namespace PeerCompute.Base.Collections;

/// <summary>A map that enumerates in the order of insertion and holds at most a stated number of entries.</summary>
/// <typeparam name="TKey">Key with value equality.</typeparam>
/// <typeparam name="TValue">Value.</typeparam>
/// <remarks>The only sanctioned map of the pure rooms: lookups are hashed, enumeration never follows a hash.</remarks>
public sealed class OrderedMap<TKey, TValue> : IEnumerable<KeyValuePair<TKey, TValue>>
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<KeyValuePair<TKey, TValue>>> _index = [];
    private readonly LinkedList<KeyValuePair<TKey, TValue>> _order = new();

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
    public int Count => _index.Count;

    /// <summary>True when no entry fits any more.</summary>
    public bool IsFull => Count >= Capacity;

    /// <summary>Gets a value that is there; sets one, keeping its place when the key is there already.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The value.</returns>
    public TValue this[TKey key]
    {
        get => _index[key].Value.Value;
        set
        {
            if (_index.TryGetValue(key, out var node)) node.Value = new(key, value);
            else Invariant.Check(TryAdd(key, value), "ordered map is full");
        }
    }

    /// <summary>The keys in order of insertion.</summary>
    public IEnumerable<TKey> Keys
    {
        get
        {
            foreach (var pair in _order) yield return pair.Key;
        }
    }

    /// <summary>The values in order of insertion.</summary>
    public IEnumerable<TValue> Values
    {
        get
        {
            foreach (var pair in _order) yield return pair.Value;
        }
    }

    /// <summary>The oldest entry; the map must not be empty.</summary>
    public KeyValuePair<TKey, TValue> First => _order.First!.Value;

    /// <summary>Adds an entry at the end.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <returns>False when the key is there already or the map is full.</returns>
    public bool TryAdd(TKey key, TValue value)
    {
        if (IsFull || _index.ContainsKey(key)) return false;
        _index.Add(key, _order.AddLast(new KeyValuePair<TKey, TValue>(key, value)));
        return true;
    }

    /// <summary>Looks a key up.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value when found.</param>
    /// <returns>True when found.</returns>
    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (_index.TryGetValue(key, out var node))
        {
            value = node.Value.Value;
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>Whether a key is there.</summary>
    /// <param name="key">The key.</param>
    /// <returns>True when it is.</returns>
    public bool ContainsKey(TKey key) => _index.ContainsKey(key);

    /// <summary>Removes an entry.</summary>
    /// <param name="key">The key.</param>
    /// <returns>True when it was there.</returns>
    public bool Remove(TKey key)
    {
        if (!_index.Remove(key, out var node)) return false;
        _order.Remove(node);
        return true;
    }

    /// <summary>Removes everything.</summary>
    public void Clear()
    {
        _index.Clear();
        _order.Clear();
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator() => _order.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
