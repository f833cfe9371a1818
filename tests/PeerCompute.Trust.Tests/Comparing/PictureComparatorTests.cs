// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Trust.Comparing;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Trust.Tests.Comparing;

/// <summary>Pictures: thresholds held against the formulas in floating point, files of every kind against their raw samples, and hostile ones.</summary>
internal sealed class PictureComparatorTests
{
    [Test]
    public void The_threshold_of_psnr_is_where_the_formula_has_it([Values(1, 2, 3, 4)] int seed, [Values(255, 1023)] int peak)
    {
        var (a, b) = Noisy(seed, 33, 17, peak);
        var error = a.Zip(b, static (x, y) => Math.Pow(x - y, 2)).Average();
        var tenths = (uint)Math.Floor(100 * Math.Log10(peak * (double)peak / error));
        var (first, second) = (Pictures.Netpbm(33, 17, 3, peak, i => a[i]), Pictures.Netpbm(33, 17, 3, peak, i => b[i]));
        Assert.That(Psnr(tenths, first, second), Is.Empty, $"seed {seed}");
        var next = tenths + 1;
        Assert.That(Psnr(next, first, second), Is.EqualTo($"PSNR {tenths / 10}.{tenths % 10} dB, at least {next / 10}.{next % 10} is asked"));
        Assert.That(Psnr(tenths + 1, second, first), Is.Not.Empty);
    }

    [Test]
    public void The_threshold_of_ssim_is_where_the_formula_has_it([Values(1, 2, 3, 4)] int seed, [Values(255, 65535)] int peak, [Values(5, 8, 31)] int height)
    {
        var (a, b) = Noisy(seed, 26, height, peak);
        var expected = Ssim(a, b, 26, height, peak);
        var (first, second) = (Pictures.Netpbm(26, height, 3, peak, i => a[i]), Pictures.Netpbm(26, height, 3, peak, i => b[i]));
        var (below, above) = ((uint)Math.Floor((expected * 1e6) - 2), (uint)Math.Ceiling((expected * 1e6) + 2));
        Assert.That(Similar(below, first, second), Is.Empty, $"seed {seed}: {expected}");
        Assert.That(Similar(above, first, second), Does.StartWith("SSIM 0."), $"seed {seed}: {expected}");
        Assert.That(Similar(above, second, first), Is.Not.Empty);
        Assert.That(Similar(1_000_000, first, first), Is.Empty);
    }

    [TestCase(0, 1)]
    [TestCase(0, 2)]
    [TestCase(0, 4)]
    [TestCase(0, 8)]
    [TestCase(0, 16)]
    [TestCase(2, 8)]
    [TestCase(2, 16)]
    [TestCase(4, 8)]
    [TestCase(4, 16)]
    [TestCase(6, 8)]
    [TestCase(6, 16)]
    public void Every_kind_of_png_is_read_with_every_filter(int kind, int depth)
    {
        const int Width = 13, Height = 11;
        var random = new Random(kind + depth);
        var channels = kind switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        var rows = new byte[((Width * channels * depth) + 7) / 8 * Height];
        random.NextBytes(rows);
        var picture = Picture.Read(Pictures.Png((byte)kind, (byte)depth, Width, Height, rows))!;
        Assert.That((picture.Width, picture.Height, picture.Channels, picture.Peak), Is.EqualTo((Width, Height, channels, (1 << depth) - 1)));
        string Bits(byte[] row) => string.Concat(row.Select(static b => b.ToString("b8")))[..(Width * channels * depth)];
        var bits = string.Concat(rows.Chunk(rows.Length / Height).Select(Bits));
        var expected = Enumerable.Range(0, Width * Height * channels).Select(i => Convert.ToInt32(bits.Substring(i * depth, depth), 2));
        Assert.That(Enumerable.Range(0, Width * Height * channels).Select(i => picture[i]), Is.EqualTo(expected));
    }

    [Test]
    public void A_palette_is_read_as_its_colours_and_one_that_lacks_a_colour_not_at_all()
    {
        byte[] rows = [0b00_01_10_11, 0b11_00_00_00];
        var palette = Pictures.Chunk("PLTE", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        var picture = Picture.Read(Pictures.Png(3, 2, 4, 2, rows, palette))!;
        Assert.That(picture.Samples, Is.EqualTo(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 10, 11, 12, 1, 2, 3, 1, 2, 3, 1, 2, 3 }));
        Assert.That(Picture.Read(Pictures.Png(3, 2, 4, 2, rows, Pictures.Chunk("PLTE", [1, 2, 3, 4, 5, 6]))), Is.Null);
        byte[] again = [0b11_01_10_00, 0b00_11_11_11], other = Pictures.Chunk("PLTE", [10, 11, 12, 4, 5, 6, 7, 8, 9, 1, 2, 3]);
        Assert.That(Psnr(1000, Pictures.Png(3, 2, 4, 2, rows, palette), Pictures.Png(3, 2, 4, 2, again, other)), Is.Empty, "another palette, the same picture");
    }

    [Test]
    public void Pictures_of_another_shape_or_look_are_not_alike()
    {
        byte[] rows = [1, 2, 3, 4], gamma = Pictures.Chunk("gAMA", [0, 0, 0, 1]);
        var picture = Pictures.Png(0, 8, 2, 2, rows);
        Assert.That(Psnr(1, picture, Pictures.Png(0, 8, 4, 1, rows)), Is.EqualTo("2 × 2 with 1 channels up to 255, or 4 × 1 with 1 channels up to 255"));
        Assert.That(Psnr(1, picture, Pictures.Png(0, 8, 2, 2, rows, gamma)), Does.StartWith("gamma, colour space"));
        Assert.That(Psnr(1000, picture, Pictures.Netpbm(2, 2, 1, 255, static i => i + 1)), Is.Not.Empty, "a PNG says more than the samples");
        Assert.That(Psnr(1, picture, "no picture"u8.ToArray()), Does.Contain("not both are pictures"));
    }

    [Test]
    public void Hostile_pictures_are_none()
    {
        var bomb = Pictures.Png(2, 8, 1, 1, [1, 2, 3]);
        BitConverter.GetBytes(0xFFFFFF00).CopyTo(bomb, 16);
        Assert.That(Picture.Read(bomb), Is.Null, "says that it unfolds to 4 GiB");
        Assert.That(Picture.Read(Encoding.ASCII.GetBytes("P6\n16777216 16777216\n65535\nab")), Is.Null);
        Assert.That(Picture.Read(Encoding.ASCII.GetBytes("P5\n0 5\n255\n")), Is.Null);
        var random = new Random(5);
        byte[][] seeds =
        [
            Pictures.Png(2, 8, 4, 5, new byte[60]), Pictures.Png(3, 4, 4, 5, new byte[10], Pictures.Chunk("PLTE", [1, 2, 3])),
            Pictures.Netpbm(3, 3, 3, 300, static i => i),
        ];
        for (var i = 0; i < 4000; i++)
        {
            byte[] bytes = [.. seeds[i % seeds.Length]];
            for (var n = random.Next(1, 5); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0) bytes = bytes[..random.Next(bytes.Length)];
            var comparator = new Comparator("", i % 2 == 0 ? Comparator.Psnr : Comparator.Ssim) { Least = 1 };
            Assert.That(() => Comparators.Difference(comparator, bytes, seeds[i % seeds.Length]), Throws.Nothing, $"round {i}");
        }
    }

    [Test]
    public void A_header_of_another_length_makes_no_picture()
    {
        byte[] head = [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0];
        var end = Pictures.Chunk("IEND", []);
        byte[] longer = [.. Pictures.Signature, .. Pictures.Chunk("IHDR", [.. head, 1, 2, 3, 4])[..^4], 255, 255, 255, 255, .. end];
        Assert.That(Picture.Read(longer), Is.Null, "its check sum stands where the length of the next chunk is looked for");
        var good = Pictures.Png(0, 8, 1, 1, [7]);
        Assert.That(Picture.Read(good), Is.Not.Null);
        Assert.That(Picture.Read(Pictures.With(good, "IHDR", Pictures.Chunk("IHDR", [.. head, 0]))), Is.Null);
        Assert.That(Picture.Read(Pictures.With(good, "IHDR", Pictures.Chunk("IHDR", head[..12]))), Is.Null);
        Assert.That(Picture.Read([.. Pictures.Signature, .. end]), Is.Null);
    }

    [Test]
    public void A_wrong_check_sum_makes_no_picture()
    {
        var good = Pictures.Png(3, 2, 4, 2, [0b00_01_10_11, 0b11_00_00_00], Pictures.Chunk("PLTE", new byte[12]), Pictures.Chunk("tEXt", [1, 2]));
        Assert.That(Picture.Read(good), Is.Not.Null);
        for (var at = Pictures.Signature.Length + 4; at < good.Length; at += at % 3 + 1)
        {
            byte[] bad = [.. good];
            bad[at] ^= 64;
            Assert.That(Picture.Read(bad), Is.Null, $"byte {at}");
        }

        var data = Pictures.Data(good, "IDAT");
        Assert.That(Picture.Read(Pictures.With(good, "IDAT", Pictures.Chunk("IDAT", data))), Is.Not.Null);
        data[^1] ^= 1;
        Assert.That(Picture.Read(Pictures.With(good, "IDAT", Pictures.Chunk("IDAT", data))), Is.Null, "that of the rows");
    }

    [Test]
    public void What_viewers_refuse_or_show_in_different_ways_is_no_picture()
    {
        byte[] palette = Pictures.Chunk("PLTE", [1, 2, 3, 4, 5, 6]), text = Pictures.Chunk("tEXt", [1]), clear = Pictures.Chunk("tRNS", [0]);
        var good = Pictures.Png(3, 1, 8, 1, [0b01010101], palette);
        var (data, all) = (Pictures.Data(good, "IDAT"), Pictures.Chunks(good).ToList());
        byte[] one = Pictures.Chunk("IDAT", data[..4]), two = Pictures.Chunk("IDAT", data[4..]), whole = Pictures.Chunk("IDAT", data);
        Assert.That(Picture.Read(good), Is.Not.Null);
        Assert.That(Picture.Read(Pictures.With(good, "IDAT", one, text, two)), Is.Null, "data with a chunk between");
        Assert.That(Picture.Read(Pictures.With(good, "PLTE", palette, palette)), Is.Null, "two palettes");
        Assert.That(Picture.Read(Pictures.With(Pictures.With(good, "PLTE"), "IDAT", whole, palette)), Is.Null, "a late palette");
        Assert.That(Picture.Read(Pictures.With(good, "PLTE")), Is.Null, "no palette");
        Assert.That(Picture.Read(Pictures.With(good, "PLTE", Pictures.Chunk("PLTE", new byte[9]))), Is.Null, "more colours than the depth has");
        Assert.That(Picture.Read(Pictures.With(good, "PLTE", Pictures.Chunk("PLTE", new byte[4]))), Is.Null, "a part of a colour");
        Assert.That(Picture.Read(Pictures.With(good, "PLTE", clear, palette)), Is.Null, "transparency before its palette");
        Assert.That(Picture.Read(Pictures.With(good, "PLTE", palette, clear, clear)), Is.Null, "twice");
        Assert.That(Picture.Read(Pictures.With(good, "IDAT", whole, clear)), Is.Null, "after the data");
        byte[] back = Pictures.Chunk("bKGD", [0]), often = Pictures.Chunk("hIST", [0, 1, 0, 1]);
        Assert.That(Picture.Read(Pictures.With(good, "PLTE", palette, back, often)), Is.Not.Null);
        Assert.That(Picture.Read(Pictures.With(good, "PLTE", palette, back, back)), Is.Null, "two backgrounds, each with all of the palette");
        Assert.That(Picture.Read(Pictures.With(good, "PLTE", palette, often, often)), Is.Null, "two histograms");
        Assert.That(Picture.Read(Pictures.With(good, "PLTE", back, palette)), Is.Null, "a background by its place in a palette that is not there yet");
        Assert.That(Picture.Read(Pictures.With(good, "PLTE", palette, Pictures.Chunk("ABCD", []))), Is.Null, "a needed chunk that nobody knows");
        Assert.That(Picture.Read(Pictures.With(good, "IEND")), Is.Null);
        Assert.That(Picture.Read(Pictures.Png(0, 8, 1, 1, [1], palette)), Is.Null, "a palette of greys");
        Assert.That(Picture.Read(Pictures.Png(4, 8, 1, 1, [1, 2], Pictures.Chunk("tRNS", [0, 0]))), Is.Null, "two ways to be transparent");
        Assert.That(Picture.Read(Pictures.Png(0, 4, 1, 1, [0x10], Pictures.Chunk("tRNS", [0, 16]))), Is.Null, "no such grey");
    }

    [Test]
    public void What_may_change_the_look_must_be_equal_and_stand_in_the_same_place()
    {
        byte[] gamma = Pictures.Chunk("gAMA", [0, 1, 0, 0]), palette = Pictures.Chunk("PLTE", [1, 2, 3, 4, 5, 6]), back = Pictures.Chunk("bKGD", [0]);
        var good = Pictures.Png(2, 8, 1, 1, [1, 2, 3], gamma);
        string Compared(byte[] other) => Psnr(1, good, other);
        var plain = Pictures.With(good, "gAMA");
        Assert.That(Compared(Pictures.With(good, "gAMA", Pictures.Chunk("tEXt", [1]), gamma, Pictures.Chunk("tIME", new byte[7]))), Is.Empty);
        Assert.That(Compared(plain), Does.StartWith("gamma, colour space"));
        Assert.That(Compared(Pictures.With(plain, "IEND", gamma, Pictures.Chunk("IEND", []))), Does.StartWith("gamma, colour space"), "moved");
        byte[][] animated = [gamma, Pictures.Chunk("acTL", new byte[8]), Pictures.Chunk("fcTL", new byte[26]), Pictures.Chunk("fdAT", new byte[9])];
        Assert.That(Compared(Pictures.With(good, "gAMA", animated)), Does.StartWith("gamma, colour space"), "further pictures");
        byte[] one = Pictures.Png(3, 1, 2, 1, [0b01_000000], palette, back), other = Pictures.Png(3, 1, 2, 1, [0b10_000000], Turned(), back);
        Assert.That(Psnr(1000, one, other), Does.StartWith("gamma, colour space"), "a background by its place in another palette");
        static byte[] Turned() => Pictures.Chunk("PLTE", [4, 5, 6, 1, 2, 3]);
    }

    [Test]
    public void Transparency_is_compared_as_it_looks()
    {
        byte[] Paletted(byte rows, byte[] palette, byte[] clear)
            => Pictures.Png(3, 2, 4, 1, [rows], Pictures.Chunk("PLTE", palette), Pictures.Chunk("tRNS", clear));
        var picture = Paletted(0b00_01_10_00, [1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 200]);
        Assert.That(Picture.Read(picture)!.Samples, Is.EqualTo(new byte[] { 1, 2, 3, 0, 4, 5, 6, 200, 7, 8, 9, 255, 1, 2, 3, 0 }));
        Assert.That(Psnr(1000, picture, Paletted(0b01_00_10_01, [4, 5, 6, 1, 2, 3, 7, 8, 9], [200, 0])), Is.Empty, "another order, the same look");
        Assert.That(Psnr(300, picture, Paletted(0b01_00_10_01, [4, 5, 6, 1, 2, 3, 7, 8, 9], [0, 200])), Is.Not.Empty, "the same places, another look");

        byte[] Keyed(byte kind, byte depth, byte[] rows, byte[] key) => Pictures.Png(kind, depth, 2, 1, rows, Pictures.Chunk("tRNS", key));
        Assert.That(Picture.Read(Keyed(0, 2, [0b01_11_0000], [0, 3]))!.Samples, Is.EqualTo(new byte[] { 1, 3, 3, 0 }));
        Assert.That(Picture.Read(Keyed(0, 8, [5, 6], [0, 5]))!.Samples, Is.EqualTo(new byte[] { 5, 0, 6, 255 }));
        Assert.That(Picture.Read(Keyed(0, 16, [1, 5, 1, 6], [1, 6]))!.Samples, Is.EqualTo(new byte[] { 1, 5, 255, 255, 1, 6, 0, 0 }));
        Assert.That(Picture.Read(Keyed(2, 8, [1, 2, 3, 1, 2, 4], [0, 1, 0, 2, 0, 4]))!.Samples, Is.EqualTo(new byte[] { 1, 2, 3, 255, 1, 2, 4, 0 }));
        Assert.That(Psnr(400, Keyed(0, 8, [5, 6], [0, 5]), Keyed(0, 8, [5, 5], [0, 5])), Is.Not.Empty, "one level of grey makes a hole");
    }

    [Test]
    public void Structure_is_looked_at_up_to_the_last_column_and_row([Values(9, 10, 11, 12, 13)] int side)
    {
        byte[] Spoilt(int at) => Pictures.Netpbm(side, side, 1, 255, i => i == at ? 255 : i % 7);
        var picture = Spoilt(-1);
        Assert.That(Similar(1_000_000, picture, Spoilt((side * side) - 1)), Does.StartWith("SSIM 0."));
        Assert.That(Similar(1_000_000, picture, Spoilt(side - 1)), Does.StartWith("SSIM 0."));
        Assert.That(Similar(1_000_000, picture, Spoilt(side * (side - 1))), Does.StartWith("SSIM 0."));
    }

    [Test]
    public void Who_waits_no_more_is_heard_in_the_middle_of_a_picture([Values(Comparator.Psnr, Comparator.Ssim)] string by)
    {
        var (a, b) = (Pictures.Netpbm(900, 900, 1, 255, static i => i & 255), Pictures.Netpbm(900, 900, 1, 255, static i => (i + 1) & 255));
        var calls = 0;
        Assert.That(() => Comparators.Difference(new Comparator("", by) { Least = 1 }, a, b, Once), Throws.InstanceOf<OperationCanceledException>());
        void Once() => calls += calls == 1 ? throw new OperationCanceledException() : 1;
    }

    [Test]
    public void Who_waits_no_more_is_heard_among_chunks_without_number()
    {
        var (text, calls) = (Pictures.Chunk("tEXt", [1]), 0);
        var many = Pictures.With(Pictures.Png(0, 8, 1, 1, [1]), "IDAT", [.. Enumerable.Repeat(text, 10_000)]);
        Assert.That(() => Picture.Read(many, Once), Throws.InstanceOf<OperationCanceledException>());
        void Once() => calls += calls == 1 ? throw new OperationCanceledException() : 1;
    }

    [Test]
    public void Files_of_chunks_in_any_order_and_length_are_read_or_are_no_pictures([Values(1, 2, 3, 4)] int seed)
    {
        var random = new Random(seed);
        string[] types = ["IHDR", "PLTE", "IDAT", "tRNS", "gAMA", "bKGD", "tEXt", "IEND", "ABCD"];
        byte[] kinds = [0, 2, 3, 4, 6], depths = [1, 2, 4, 8, 16];
        for (var i = 0; i < 3000; i++)
        {
            var (kind, depth) = (kinds[random.Next(kinds.Length)], depths[random.Next(depths.Length)]);
            var good = Pictures.Png(kind, depth, 3, 2, new byte[48], Pictures.Chunk("PLTE", new byte[12]), Pictures.Chunk("tRNS", new byte[2]));
            var chunks = Pictures.Chunks(good).ToList();
            for (var n = random.Next(1, 4); n > 0; n--) Change(chunks);
            byte[] file = [.. Pictures.Signature, .. chunks.SelectMany(static chunk => chunk)];
            Assert.That(() => Picture.Read(file), Throws.Nothing, $"seed {seed}, round {i}: {Convert.ToHexString(file)}");
        }

        void Change(List<byte[]> chunks)
        {
            var (at, other) = (random.Next(chunks.Count), random.Next(chunks.Count));
            var (type, data) = (Encoding.ASCII.GetString(chunks[at], 4, 4), chunks[at][8..^4]);
            switch (random.Next(6))
            {
                case 0: (chunks[at], chunks[other]) = (chunks[other], chunks[at]); break;
                case 1: chunks.Insert(other, chunks[at]); break;
                case 2: chunks[at] = Pictures.Chunk(types[random.Next(types.Length)], data); break;
                case 3: chunks[at] = Pictures.Chunk(type, [.. data.Take(random.Next(data.Length + 1)), .. new byte[random.Next(9)]]); break;
                case 4: random.NextBytes(chunks[at].AsSpan(chunks[at].Length - 4)); break;
                default: chunks[at][random.Next(2) == 0 ? 3 : random.Next(chunks[at].Length)] = (byte)random.Next(256); break;
            }
        }
    }

    private static string Psnr(uint tenths, byte[] a, byte[] b) => Comparators.Difference(new Comparator("", Comparator.Psnr) { Least = tenths }, a, b);

    private static string Similar(uint millionths, byte[] a, byte[] b)
        => Comparators.Difference(new Comparator("", Comparator.Ssim) { Least = millionths }, a, b);

    private static (int[] A, int[] B) Noisy(int seed, int width, int height, int peak)
    {
        var random = new Random(seed);
        var a = Enumerable.Range(0, width * height * 3).Select(i => (int)(peak * (0.5 + (0.4 * Math.Sin(i / (10.0 * seed)))))).ToArray();
        return (a, [.. a.Select(v => Math.Clamp(v + random.Next(-peak / 20, peak / 20), 0, peak))]);
    }

    private static double Ssim(int[] a, int[] b, int width, int height, int peak)
    {
        double sum = 0, count = 0, c1 = Math.Pow(0.01 * peak, 2), c2 = Math.Pow(0.03 * peak, 2);
        for (var channel = 0; channel < 3; channel++)
        {
            foreach (var y in Windows(height))
            {
                foreach (var x in Windows(width))
                {
                    var places = from row in Enumerable.Range(y, Math.Min(8, height))
                                 from column in Enumerable.Range(x, Math.Min(8, width))
                                 select (((row * width) + column) * 3) + channel;
                    double[] p = [.. places.Select(i => (double)a[i])], q = [.. places.Select(i => (double)b[i])];
                    double mp = p.Average(), mq = q.Average(), vp = p.Average(v => v * v) - (mp * mp), vq = q.Average(v => v * v) - (mq * mq);
                    var cross = p.Zip(q, static (v, w) => v * w).Average() - (mp * mq);
                    sum += ((2 * mp * mq) + c1) * ((2 * cross) + c2) / (((mp * mp) + (mq * mq) + c1) * (vp + vq + c2));
                    count++;
                }
            }
        }

        return sum / count;
    }

    // As docs/job-file.md has it: every fourth place, and the last.
    private static IEnumerable<int> Windows(int side) => Enumerable.Range(0, Math.Max(1, side - 7)).Where(at => at % 4 == 0 || at == side - 8);
}
