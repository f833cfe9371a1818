// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using PeerCompute.Base.Chance;
using PeerCompute.Market.Adverts;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Tests;

namespace PeerCompute.Market.Tests.Adverts;

internal sealed class CapabilityBucketsTests
{
    private readonly Samples _make = new(5);
    private readonly CapabilityBuckets _buckets = new(NetworkId.Open);

    [Test]
    public void A_key_is_the_sha256_multihash_of_its_name()
    {
        var key = BucketKey.Of(NetworkId.Open, Bucket.GpuMemory(24), 3, 5);
        byte[] expected = [0x12, 0x20, .. SHA256.HashData(Encoding.ASCII.GetBytes("/peercompute/cap/1/open/gpu.vram/24/3/5"))];
        Assert.That(key.ToMultihash(), Is.EqualTo(expected));
    }

    [Test]
    public void A_node_without_GPU_is_in_its_runtime_and_the_steps_of_its_cores()
    {
        var has = Node(cores: 9);
        Assert.That(CapabilityBuckets.BucketsOf(has), Is.EqualTo(new[]
        {
            Bucket.Runtime("wasm"), Bucket.Cores(1), Bucket.Cores(2), Bucket.Cores(4), Bucket.Cores(8), Bucket.Region(276),
        }));
        Assert.That(CapabilityBuckets.BucketsOf(has with { Slots = 0 }), Is.Empty);
    }

    [Test]
    public void A_card_is_in_every_step_up_to_its_size_as_makers_name_it()
    {
        var has = Node(cores: 9, Card(23_034), Card(7_000));
        Assert.That(CapabilityBuckets.BucketsOf(has), Is.EqualTo(new[]
        {
            Bucket.Runtime("wasm"), Bucket.Device(DeviceKind.Gpu), Bucket.GpuMemory(1), Bucket.GpuMemory(2), Bucket.GpuMemory(4),
            Bucket.GpuMemory(8), Bucket.GpuMemory(16), Bucket.GpuMemory(24), Bucket.Region(276),
        }));
    }

    [Test]
    public void No_node_publishes_more_than_the_bound([Range(1, 100)] int seed)
    {
        var make = new Samples((ulong)seed);
        var has = make.Capabilities() with { Runtimes = [new("a", "1", []), new("b", "1", []), new("c", "1", [])], Region = 1, Cores = 9999 };
        Assert.That(CapabilityBuckets.BucketsOf(has), Has.Length.InRange(1, CapabilityBuckets.Most).And.Unique);
        var levels = new BucketLevels();
        foreach (var bucket in CapabilityBuckets.BucketsOf(has)) levels.Learn(BucketKey.Of(NetworkId.Open, bucket, 0, 0), 1000);
        Assert.That(_buckets.KeysFor(make.Peer(), has, levels), Has.Length.EqualTo(2 * CapabilityBuckets.BucketsOf(has).Length).And.Unique);
    }

    [Test]
    public void Whoever_fits_is_in_a_bucket_where_the_job_looks([Range(1, 200)] int seed)
    {
        var make = new Samples((ulong)seed);
        for (var i = 0; i < 20; i++)
        {
            var has = make.Capabilities();
            var needs = new Needs { Runtime = "wasm", Cores = make.Small(0, 100) };
            if (make.Number(0, 1) == 0) needs = needs with { Device = DeviceKind.Gpu, DeviceMemoryBytes = make.Number(0, 100) << 30 };
            if (make.Number(0, 3) == 0) needs = needs with { Regions = [276] };
            if (!Matcher.Match(needs, has, new Load(true, 1, 0, 0)).IsEmpty) continue;
            Assert.That(CapabilityBuckets.BucketsFor(needs).Intersect(CapabilityBuckets.BucketsOf(has)), Is.Not.Empty);
            var noCoreLadder = CapabilityBuckets.BucketsFor(needs)[0].Attribute != "cpu.cores";
            if (noCoreLadder) Assert.That(CapabilityBuckets.BucketsOf(has), Does.Contain(CapabilityBuckets.BucketsFor(needs)[0]), "the first is enough");
        }
    }

    [Test]
    public void A_job_looks_at_the_step_below_and_most_selective_first()
    {
        Bucket First(Needs needs) => CapabilityBuckets.BucketsFor(needs)[0];
        Assert.That(First(new Needs { Runtime = "wasm", Device = DeviceKind.Gpu, DeviceMemoryBytes = 1UL << 30 }), Is.EqualTo(Bucket.GpuMemory(1)));
        Assert.That(First(new Needs { Runtime = "wasm", Device = DeviceKind.Gpu, DeviceMemoryBytes = 40UL << 30 }), Is.EqualTo(Bucket.GpuMemory(24)));
        Assert.That(First(new Needs { Device = DeviceKind.Gpu, DeviceMemoryBytes = 9 }), Is.EqualTo(Bucket.Device(DeviceKind.Gpu)));
        Assert.That(First(new Needs { Runtime = "wasm", Cores = 6 }), Is.EqualTo(Bucket.Cores(4)));
        Assert.That(First(new Needs { Runtime = "wasm", Cores = 6, Regions = [40] }), Is.EqualTo(Bucket.Region(40)));
        Assert.That(First(new Needs { Runtime = "wasm" }), Is.EqualTo(Bucket.Runtime("wasm")));
        Assert.That(CapabilityBuckets.BucketsFor(new Needs()), Is.Empty);
    }

    [Test]
    public void Provider_and_asker_meet_when_the_asker_is_one_level_coarser_or_at_the_same()
    {
        var (bucket, owner) = (Bucket.Runtime("wasm"), _make.Peer());
        var fine = Levels(bucket, 4);
        var published = _buckets.KeysFor(owner, Node(1), fine).Where(k => k.Bucket == bucket).Select(static k => k.Digest).ToArray();
        foreach (var level in new[] { 4, 3 })
        {
            var shards = Enumerable.Range(0, 1 << level).Select(shard => BucketKey.Of(NetworkId.Open, bucket, level, (uint)shard).Digest);
            Assert.That(shards.Intersect(published).Count(), Is.EqualTo(1));
        }

        Assert.That(BucketKey.ShardOf(owner, 3), Is.EqualTo(BucketKey.ShardOf(owner, 4) >> 1));
        Assert.That(BucketKey.ShardOf(owner, 0), Is.Zero);
    }

    [Test]
    public void Shards_are_picked_and_filled_evenly()
    {
        const int level = 4, draws = 16_000;
        var (picked, filled) = (new int[1 << level], new int[1 << level]);
        var levels = Levels(Bucket.Runtime("wasm"), level);
        var choices = new Choices(42);
        for (var i = 0; i < draws; i++)
        {
            picked[_buckets.KeyFor(Bucket.Runtime("wasm"), levels, choices).Shard]++;
            filled[BucketKey.ShardOf(_make.RawPeer(), level)]++;
        }

        Assert.That(ChiSquare(picked, draws), Is.LessThan(37.7), "15 degrees of freedom: one in a thousand exceeds 37.7");
        Assert.That(ChiSquare(filled, draws), Is.LessThan(37.7));
    }

    [Test]
    public void Levels_settle_where_a_shard_holds_between_32_and_128([Values(0, 1, 31, 100, 129, 5_000, 100_000, 100_000_000)] int nodes)
    {
        var bucket = Bucket.Cores(8);
        var levels = new BucketLevels();
        for (var i = 0; i < 40; i++) levels.Learn(BucketKey.Of(NetworkId.Open, bucket, levels.Of(bucket), 0), nodes >> levels.Of(bucket));
        var inShard = nodes >> levels.Of(bucket);
        var (most, coarsest) = (levels.Of(bucket) == BucketLevels.Most, levels.Of(bucket) == 0);
        Assert.That(inShard <= BucketLevels.SplitAbove || most);
        Assert.That(inShard >= BucketLevels.JoinBelow || coarsest);
    }

    [Test]
    public void Late_answers_about_another_level_and_floods_of_buckets_change_no_more_than_they_may()
    {
        var levels = Levels(Bucket.Cores(8), 2);
        levels.Learn(BucketKey.Of(NetworkId.Open, Bucket.Cores(8), 1, 0), 0);
        Assert.That(levels.Of(Bucket.Cores(8)), Is.EqualTo(2));
        for (uint i = 0; i <= BucketLevels.Capacity; i++) levels.Learn(BucketKey.Of(NetworkId.Open, Bucket.Region(i), 0, 0), 1000);
        Assert.That(levels.Of(Bucket.Cores(8)), Is.Zero, "the first one went");
        Assert.That(levels.Of(Bucket.Region(BucketLevels.Capacity)), Is.EqualTo(1));
    }

    private static double ChiSquare(int[] counts, int draws)
    {
        var expected = draws / (double)counts.Length;
        return counts.Sum(count => (count - expected) * (count - expected) / expected);
    }

    private static AdvertDevice Card(ulong mebi) => new(DeviceKind.Gpu, "v", "m", mebi << 20, 1, "1", "cuda 8.9");

    private static BucketLevels Levels(Bucket bucket, int level)
    {
        var levels = new BucketLevels();
        for (var i = 0; i < level; i++) levels.Learn(BucketKey.Of(NetworkId.Open, bucket, i, 0), 1000);
        return levels;
    }

    private Capabilities Node(uint cores, params AdvertDevice[] devices) => _make.Capabilities() with
    {
        Cores = cores,
        Region = 276,
        Devices = [.. devices],
        Runtimes = [new("wasm", "1", [])],
    };
}
