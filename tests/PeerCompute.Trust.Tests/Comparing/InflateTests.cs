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
            if (!Inflate.TryUnpack(packed, unpacked)) continue;
            Assert.That(unpacked, Is.EqualTo(ByZlib(packed)), $"seed {seed}, round {i}");
        }
    }

    /// <summary>Without the check sum, which is not looked at here.</summary>
    private static byte[] ByZlib(byte[] packed)
    {
        using var deflate = new DeflateStream(new MemoryStream(packed, 2, packed.Length - 2), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        deflate.CopyTo(plain);
        return plain.ToArray();
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
