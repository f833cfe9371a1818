// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Libp2p.Gossip;

/// <summary>Short lists that are kept in order: a router of a quiet node must stay small, and an order by key is the same everywhere.</summary>
internal static class Sorted
{
    /// <summary>Where an item is, or the complement of where it belongs.</summary>
    public static int Find<TItem, TKey>(List<TItem> items, TKey key)
        where TItem : IComparable<TKey>
    {
        int low = 0, high = items.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = items[middle].CompareTo(key);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }
}
