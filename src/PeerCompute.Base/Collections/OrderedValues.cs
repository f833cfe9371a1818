// SPDX-License-Identifier: Apache-2.0
using System.Collections;

namespace PeerCompute.Base.Collections;

/// <summary>The values of a map in the order of insertion; walked without an allocation.</summary>
/// <typeparam name="TKey">Key.</typeparam>
/// <typeparam name="TValue">Value.</typeparam>
public readonly struct OrderedValues<TKey, TValue> : IEnumerable<TValue>
    where TKey : notnull
{
    private readonly OrderedMap<TKey, TValue> _map;

    internal OrderedValues(OrderedMap<TKey, TValue> map) => _map = map;

    /// <summary>Walks the values.</summary>
    /// <returns>The walk.</returns>
    public Walk GetEnumerator() => new(_map);

    IEnumerator<TValue> IEnumerable<TValue>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A walk along the values.</summary>
    public struct Walk : IEnumerator<TValue>
    {
        private OrderedMap<TKey, TValue>.Walk _entries;

        internal Walk(OrderedMap<TKey, TValue> map) => _entries = map.GetEnumerator();

        /// <inheritdoc/>
        public readonly TValue Current => _entries.Current.Value;

        readonly object? IEnumerator.Current => Current;

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
