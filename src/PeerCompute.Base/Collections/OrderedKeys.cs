// SPDX-License-Identifier: Apache-2.0
using System.Collections;

namespace PeerCompute.Base.Collections;

/// <summary>The keys of a map in the order of insertion; walked without an allocation.</summary>
/// <typeparam name="TKey">Key.</typeparam>
/// <typeparam name="TValue">Value.</typeparam>
public readonly struct OrderedKeys<TKey, TValue> : IEnumerable<TKey>
    where TKey : notnull
{
    private readonly OrderedMap<TKey, TValue> _map;

    internal OrderedKeys(OrderedMap<TKey, TValue> map) => _map = map;

    /// <summary>Walks the keys.</summary>
    /// <returns>The walk.</returns>
    public Walk GetEnumerator() => new(_map);

    IEnumerator<TKey> IEnumerable<TKey>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A walk along the keys.</summary>
    public struct Walk : IEnumerator<TKey>
    {
        private OrderedMap<TKey, TValue>.Walk _entries;

        internal Walk(OrderedMap<TKey, TValue> map) => _entries = map.GetEnumerator();

        /// <inheritdoc/>
        public readonly TKey Current => _entries.Current.Key;

        readonly object IEnumerator.Current => Current;

        /// <inheritdoc/>
        public bool MoveNext() => _entries.MoveNext();

        /// <inheritdoc/>
        public void Reset() => _entries.Reset();

        /// <inheritdoc/>
        public readonly void Dispose()
        {
        }
    }
}
