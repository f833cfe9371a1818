// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;
using PeerCompute.Libp2p.Kademlia;

namespace PeerCompute.Simulator.Overlays;

/// <summary>All nodes by their place in the key space: what a table that lacks nothing holds, and who is closest to a key.</summary>
internal sealed class KeyRing
{
    private readonly int[] _sorted;
    private readonly byte[][] _points;
    private readonly Hash32[] _hashes;

    public KeyRing(KadPeer[] peers)
    {
        _hashes = [.. peers.Select(static p => p.Point)];
        _points = [.. _hashes.Select(static h => h.ToArray())];
        _sorted = [.. Enumerable.Range(0, peers.Length).OrderBy(i => _hashes[i])];
    }

    /// <summary>As many others of each distance as a bucket holds, drawn at random.</summary>
    public List<int> Table(int node, int k, Choices chance)
    {
        List<int> table = [];
        int low = 0, high = _sorted.Length;
        for (var bit = 0; high - low > 1; bit++)
        {
            var middle = Middle(low, high, bit);
            var upper = Bit(_points[node], bit);
            var (from, to) = upper ? (low, middle) : (middle, high);
            Sample(from, to, k, chance, table);
            (low, high) = upper ? (middle, high) : (low, middle);
        }

        return table;
    }

    /// <summary>The nodes closest to a target that a condition holds for, the closest first.</summary>
    public List<int> Closest(Hash32 target, int count, Predicate<int> counts)
    {
        List<int> closest = [];
        List<Hash32> distances = [];
        for (var i = 0; i < _hashes.Length; i++)
        {
            if (!counts(i)) continue;
            var distance = _hashes[i] ^ target;
            if (closest.Count == count && distance.CompareTo(distances[^1]) >= 0) continue;
            var at = distances.BinarySearch(distance);
            distances.Insert(~at, distance);
            closest.Insert(~at, i);
            if (closest.Count <= count) continue;
            closest.RemoveAt(count);
            distances.RemoveAt(count);
        }

        return closest;
    }

    private void Sample(int from, int to, int k, Choices chance, List<int> table)
    {
        if (to - from <= 2 * k)
        {
            var all = _sorted[from..to];
            chance.Shuffle<int>(all);
            table.AddRange(all.Take(k));
            return;
        }

        for (var first = table.Count; table.Count < first + k;)
        {
            var drawn = _sorted[from + chance.Below(to - from)];
            if (table.IndexOf(drawn, first) < 0) table.Add(drawn);
        }
    }

    private int Middle(int low, int high, int bit)
    {
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Bit(_points[_sorted[middle]], bit)) high = middle;
            else low = middle + 1;
        }

        return low;
    }

    private static bool Bit(byte[] point, int bit) => ((point[bit / 8] >> (7 - (bit % 8))) & 1) == 1;
}
