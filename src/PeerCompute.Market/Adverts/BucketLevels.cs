// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Collections;

namespace PeerCompute.Market.Adverts;

/// <summary>
/// How finely each bucket is split, as far as this node has seen: so finely that one shard holds 32 to 128 nodes. Providers publish at their
/// level and the one below, so those whose levels differ by one still meet.
/// </summary>
public sealed class BucketLevels
{
    /// <summary>Finest level: 65 536 shards hold eight million nodes.</summary>
    public const int Most = 16;

    /// <summary>A shard with more nodes than this is split: an answer of 128 providers is some 14 KB.</summary>
    public const int SplitAbove = 128;

    /// <summary>A shard with fewer nodes than this is joined with its neighbour: fewer are no sample.</summary>
    public const int JoinBelow = 32;

    /// <summary>Buckets remembered: a node's own twelve and those it searched; the one seen first goes first.</summary>
    public const int Capacity = 256;

    private readonly OrderedMap<Bucket, int> _levels = new(Capacity);

    /// <summary>The level of a bucket; 0 where nothing was seen yet.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <returns>0 to <see cref="Most"/>.</returns>
    public int Of(Bucket bucket) => _levels.TryGetValue(bucket, out var level) ? level : 0;

    /// <summary>Learns from one shard; changes by one at most.</summary>
    /// <param name="key">The shard that was looked at. What is told of another level than the present one comes late and says nothing.</param>
    /// <param name="providers">Nodes in it, as its holders count them.</param>
    public void Learn(BucketKey key, int providers)
    {
        var level = Of(key.Bucket);
        if (key.Level != level) return;
        var next = Next(level, providers);
        if (next == level) return;
        if (!_levels.ContainsKey(key.Bucket) && _levels.IsFull) _levels.Remove(_levels.First.Key);
        _levels[key.Bucket] = next;
    }

    /// <summary>The rule.</summary>
    /// <param name="level">The present level.</param>
    /// <param name="providers">Nodes in one shard of it.</param>
    /// <returns>The same level, or one finer or coarser.</returns>
    public static int Next(int level, int providers) => providers switch
    {
        > SplitAbove => Math.Min(Most, level + 1),
        < JoinBelow => Math.Max(0, level - 1),
        _ => level,
    };
}
