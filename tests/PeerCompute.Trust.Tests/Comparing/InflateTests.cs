// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using PeerCompute.Trust.Comparing;

namespace PeerCompute.Trust.Tests.Comparing;

/// <summary>Held against the system's zlib.</summary>
internal sealed class InflateTests
{
    [Test]
    public void What_zlib_packs_is_unpacked(
        [Values(1, 100, 40_000, 200_000)] int length, [Values(1, 4, 256)] int kinds,
        [Values(CompressionLevel.NoCompression, CompressionLevel.Fastest, CompressionLevel.SmallestSize)] CompressionLevel level)
    {
        var plain = Plain(length, kinds, length + kinds);
        var unpacked = new byte[length];
        Assert.That(Inflate.TryUnpack(Packed(plain, level), unpacked), Is.True);
        Assert.That(unpacked, Is.EqualTo(plain));
    }

    [Test]
    public void A_stream_of_another_length_is_refused_however_far_it_would_unfold()
    {
        var bomb = Packed(new byte[50_000_000], CompressionLevel.SmallestSize);
        Assert.That(Inflate.TryUnpack(bomb, new byte[1000]), Is.False);
        Assert.That(Inflate.TryUnpack(Packed(new byte[1000], CompressionLevel.SmallestSize), new byte[1001]), Is.False);
    }

    [Test]
    public void Damaged_streams_are_read_as_zlib_reads_them_or_refused([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        var plain = Plain(3000, 20, seed);
        CompressionLevel[] levels = [CompressionLevel.NoCompression, CompressionLevel.Fastest, CompressionLevel.SmallestSize];
        for (var i = 0; i < 600; i++)
        {
            var packed = Packed(plain, levels[i % 3]);
            for (var n = random.Next(1, 4); n > 0; n--) packed[random.Next(packed.Length)] = (byte)random.Next(256);
            packed = packed[..random.Next(packed.Length - 10, packed.Length + 1)];
            var unpacked = new byte[plain.Length];
            if (!Inflate.TryInflate(packed.AsSpan(2), unpacked, null, out _)) continue;
            Assert.That(unpacked, Is.EqualTo(ByZlib(packed)), $"seed {seed}, round {i}");
        }
    }

    [Test]
    public void A_wrong_check_sum_is_found()
    {
        var packed = Packed([1, 2, 3]);
        packed[^1] ^= 1;
        Assert.That(Inflate.TryUnpack(packed, new byte[3]), Is.False);
        packed[^1] ^= 1;
        Assert.That(Inflate.TryUnpack(packed[..^1], new byte[3]), Is.False);
        Assert.That(Inflate.TryUnpack(packed, new byte[3]), Is.True);
    }

    [Test]
    public void Blocks_without_bytes_end_somewhere()
    {
        Assert.That(Inflate.TryUnpack(Empties(1000), []), Is.True, "packers that flush write some");
        Assert.That(Inflate.TryUnpack(Empties(100_000), []), Is.False);
    }

    [Test]
    public void Who_waits_no_more_is_heard_in_the_middle()
    {
        var packed = Packed(Plain(400_000, 256, 1), CompressionLevel.SmallestSize);
        var calls = 0;
        Assert.That(
            () => Inflate.TryUnpack(packed, new byte[400_000], () => calls += calls == 1 ? throw new OperationCanceledException() : 1),
            Throws.InstanceOf<OperationCanceledException>());
    }

    /// <summary>Without the check sum.</summary>
    private static byte[] ByZlib(byte[] packed)
    {
        using var deflate = new DeflateStream(new MemoryStream(packed, 2, packed.Length - 2), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        deflate.CopyTo(plain);
        return plain.ToArray();
    }

    /// <summary>Blocks of fixed codes that hold nothing but their end, ten bits each, and the check sum of no bytes.</summary>
    private static byte[] Empties(int blocks)
    {
        var bits = new System.Collections.BitArray(((10 * blocks) + 7) / 8 * 8);
        for (var i = 0; i < blocks; i++) (bits[10 * i], bits[(10 * i) + 1]) = (i == blocks - 1, true);
        var packed = new byte[bits.Length / 8];
        bits.CopyTo(packed, 0);
        return [0x78, 0x01, .. packed, 0, 0, 0, 1];
    }

    internal static byte[] Packed(byte[] plain, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, level)) zlib.Write(plain);
        return packed.ToArray();
    }

    private static byte[] Plain(int length, int kinds, int seed)
    {
        var random = new Random(seed);
        var plain = new byte[length];
        for (var i = 0; i < length; i++) plain[i] = i > 300 && random.Next(3) > 0 ? plain[i - random.Next(1, 300)] : (byte)random.Next(kinds);
        return plain;
    }
}
