// SPDX-License-Identifier: Apache-2.0
using System.Collections;

namespace PeerCompute.Base.Collections;

/// <summary>A set that enumerates in the order of insertion and holds at most a stated number of items.</summary>
/// <typeparam name="T">Item with value equality.</typeparam>
/// <param name="capacity">Most items it may hold.</param>
public sealed class OrderedSet<T>(int capacity = int.MaxValue) : IEnumerable<T>
    where T : notnull
{
    private readonly OrderedMap<T, bool> _map = new(capacity);

    /// <summary>Items held.</summary>
    public int Count => _map.Count;

    /// <summary>True when no item fits any more.</summary>
    public bool IsFull => _map.IsFull;

    /// <summary>Adds an item at the end.</summary>
    /// <param name="item">The item.</param>
    /// <returns>False when it is there already or the set is full.</returns>
    public bool Add(T item) => _map.TryAdd(item, true);

    /// <summary>Adds an item at the end, dropping the oldest when full (a memory of recent things).</summary>
    /// <param name="item">The item.</param>
    /// <returns>False when it was there already.</returns>
    public bool AddRecent(T item)
    {
        if (_map.ContainsKey(item)) return false;
        if (_map.IsFull) _map.Remove(_map.First.Key);
        return _map.TryAdd(item, true);
    }

    /// <summary>Whether an item is there.</summary>
    /// <param name="item">The item.</param>
    /// <returns>True when it is.</returns>
    public bool Contains(T item) => _map.ContainsKey(item);

    /// <summary>Removes an item.</summary>
    /// <param name="item">The item.</param>
    /// <returns>True when it was there.</returns>
    public bool Remove(T item) => _map.Remove(item);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => _map.Keys.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
