// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;

namespace PeerCompute.Market.Adverts;

/// <summary>
/// Under which keys a node is found, and where a job looks. Copied under several attributes, searched under the most selective, filtered by
/// the advert itself (as SWORD and Mercury do; Oppenheimer and others 2004, Bharambe and others 2004). Price and model are never keys.
/// </summary>
/// <param name="network">The network.</param>
public sealed class CapabilityBuckets(NetworkId network)
{
    /// <summary>Buckets of one node: publishing each costs some 75 KB an hour at 10 000 nodes. Further ones are left out, regions first.</summary>
    public const int Most = 12;

    /// <summary>Runtimes of one node that are published; all are in the advert.</summary>
    public const int RuntimesMost = 2;

    /// <summary>The buckets a node is in: runtimes, devices, a ladder (GPU memory, or cores where there is no GPU), region.</summary>
    /// <param name="has">What it has.</param>
    /// <returns>At most <see cref="Most"/>; none for a node without slots.</returns>
    public static ImmutableArray<Bucket> BucketsOf(Capabilities has)
    {
        var buckets = ImmutableArray.CreateBuilder<Bucket>(Most + 1);
        if (has.Slots == 0) return [];
        foreach (var runtime in has.Runtimes.AsSpan()[..Math.Min(RuntimesMost, has.Runtimes.Length)]) buckets.Add(Bucket.Runtime(runtime.Id));
        foreach (var kind in new[] { DeviceKind.Gpu, DeviceKind.Accelerator })
        {
            if (Largest(has, kind) is not null) buckets.Add(Bucket.Device(kind));
        }

        if (Largest(has, DeviceKind.Gpu) is { } memory)
        {
            foreach (var step in Ladders.Reached(Ladders.GpuGigabytes, memory / Ladders.Gigabyte)) buckets.Add(Bucket.GpuMemory(step));
        }
        else
        {
            foreach (var step in Ladders.Reached(Ladders.Cores, has.Cores)) buckets.Add(Bucket.Cores(step));
        }

        if (has.Region != 0) buckets.Add(Bucket.Region(has.Region));
        return [.. buckets.Take(Most)];
    }

    /// <summary>Where a job looks, most selective first. Core ladders are of nodes without GPU; the runtime's bucket behind them holds the others.</summary>
    /// <param name="needs">What it needs.</param>
    /// <returns>Buckets; empty where the needs name nothing that is published.</returns>
    public static ImmutableArray<Bucket> BucketsFor(Needs needs)
    {
        var buckets = ImmutableArray.CreateBuilder<Bucket>();
        if (needs.Device is DeviceKind.Gpu && Ladders.Reached(Ladders.GpuGigabytes, needs.DeviceMemoryBytes / Ladders.Gigabyte) is [.., var gigabytes])
            buckets.Add(Bucket.GpuMemory(gigabytes));
        else if (needs.Device is DeviceKind.Gpu or DeviceKind.Accelerator) buckets.Add(Bucket.Device(needs.Device.Value));
        foreach (var region in needs.Regions) buckets.Add(Bucket.Region(region));
        if (needs.Device is null && needs.Regions.IsEmpty && needs.Cores > 1) buckets.Add(Bucket.Cores(Ladders.Reached(Ladders.Cores, needs.Cores)[^1]));
        if (needs.Runtime.Length > 0) buckets.Add(Bucket.Runtime(needs.Runtime));
        return buckets.DrainToImmutable();
    }

    /// <summary>The keys a node publishes: its shard of every bucket, at the bucket's level and the one below.</summary>
    /// <param name="owner">The node.</param>
    /// <param name="has">What it has.</param>
    /// <param name="levels">Levels as seen by it.</param>
    /// <returns>At most twice <see cref="Most"/> keys.</returns>
    public ImmutableArray<BucketKey> KeysFor(PeerId owner, Capabilities has, BucketLevels levels)
    {
        var keys = ImmutableArray.CreateBuilder<BucketKey>(2 * Most);
        foreach (var bucket in BucketsOf(has))
        {
            var level = levels.Of(bucket);
            keys.Add(BucketKey.Of(network, bucket, level, BucketKey.ShardOf(owner, level)));
            if (level > 0) keys.Add(BucketKey.Of(network, bucket, level - 1, BucketKey.ShardOf(owner, level - 1)));
        }

        return keys.DrainToImmutable();
    }

    /// <summary>One shard of a bucket by chance: a uniform sample of its nodes, so that askers spread without knowing of each other.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="levels">Levels as seen by the asker.</param>
    /// <param name="choices">Chance.</param>
    /// <returns>The key.</returns>
    public BucketKey KeyFor(Bucket bucket, BucketLevels levels, Choices choices)
    {
        var level = levels.Of(bucket);
        return BucketKey.Of(network, bucket, level, (uint)choices.Below(1 << level));
    }

    /// <summary>Memory of the largest device of a kind, or null where there is none.</summary>
    private static ulong? Largest(Capabilities has, DeviceKind kind)
    {
        ulong? most = null;
        foreach (var device in has.Devices)
        {
            if (device.Kind == kind && (most is null || device.MemoryBytes > most)) most = device.MemoryBytes;
        }

        return most;
    }
}
