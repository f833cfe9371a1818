// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Trust.Comparing;

/// <summary>
/// Unfolds PNG (W3C Portable Network Graphics, second edition). Transparent colours become samples, so they are compared as what they look like.
/// </summary>
internal static class PngPicture
{
    /// <summary>The picture; null where it is none that can be compared, or larger than is compared.</summary>
    /// <param name="file">The file.</param>
    /// <param name="checkpoint">As in <see cref="Comparators.Difference"/>.</param>
    public static Picture? Read(ReadOnlySpan<byte> file, Action? checkpoint)
    {
        if (PngFile.Read(file, checkpoint) is not { } png) return null;
        var head = png.Head;
        var row = head.RowBytes;
        var channels = (head.Kind == PngHead.Palette ? 3 : head.Channels) + (png.Transparency.Length > 0 ? 1 : 0);
        var unfolded = (long)head.Width * head.Height * channels * head.SampleBytes;
        if (unfolded > Picture.BytesMost || (row + 1) * head.Height > Picture.BytesMost) return null;
        var rows = new byte[(row + 1) * head.Height];
        if (!Inflate.TryUnpack(png.Packed, rows, checkpoint)) return null;
        if (!Unfilter(rows, (int)row, Math.Max(1, head.Channels * head.Depth / 8), checkpoint)) return null;
        var samples = new byte[unfolded];
        for (var y = 0; y < head.Height; y++)
        {
            checkpoint?.Invoke();
            var from = rows.AsSpan((y * ((int)row + 1)) + 1, (int)row);
            var to = samples.AsSpan(y * (samples.Length / head.Height), samples.Length / head.Height);
            if (head.Kind == PngHead.Palette)
            {
                if (!Colour(png, from, to)) return null;
            }
            else
            {
                Copy(png, from, to);
            }
        }

        var peak = head.Kind == PngHead.Palette ? byte.MaxValue : head.Peak;
        return new Picture(head.Width, head.Height, channels, peak, samples) { Looks = png.Looks };
    }

    /// <summary>Takes the filters of all rows out (section 9); false where one is unknown.</summary>
    private static bool Unfilter(Span<byte> rows, int row, int pixel, Action? checkpoint)
    {
        var above = new byte[row].AsSpan();
        for (; !rows.IsEmpty; rows = rows[(row + 1)..])
        {
            checkpoint?.Invoke();
            var filter = rows[0];
            var line = rows.Slice(1, row);
            if (filter > 4) return false;
            for (var i = 0; i < row && filter > 0; i++)
            {
                int left = i < pixel ? 0 : line[i - pixel], up = above[i], corner = i < pixel ? 0 : above[i - pixel];
                line[i] += (byte)(filter switch { 1 => left, 2 => up, 3 => (left + up) / 2, _ => Paeth(left, up, corner) });
            }

            above = line;
        }

        return true;
    }

    private static int Paeth(int left, int up, int corner)
    {
        var (a, b, c) = (Math.Abs(up - corner), Math.Abs(left - corner), Math.Abs(left + up - (2 * corner)));
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }

    /// <summary>A row of greys or colours. Where one colour is transparent, each pixel gets a further sample: 0 at that colour, else the largest.</summary>
    private static void Copy(PngFile png, ReadOnlySpan<byte> from, Span<byte> to)
    {
        var head = png.Head;
        var clear = png.Transparency.AsSpan();
        if (clear.IsEmpty && head.Depth >= 8)
        {
            from.CopyTo(to);
            return;
        }

        var size = head.Channels * head.SampleBytes;
        for (var (x, at) = (0, 0); x < head.Width; x++)
        {
            var pixel = to.Slice(at, size);
            if (head.Depth >= 8) from.Slice(x * size, size).CopyTo(pixel);
            else pixel[0] = Part(from, x, head.Depth);
            at += size;
            if (clear.IsEmpty) continue;
            to.Slice(at, head.SampleBytes).Fill(pixel.SequenceEqual(clear) ? (byte)0 : (byte)Math.Min(head.Peak, byte.MaxValue));
            at += head.SampleBytes;
        }
    }

    /// <summary>A row of a palette in the palette's colours; false where one is not in it.</summary>
    private static bool Colour(PngFile png, ReadOnlySpan<byte> from, Span<byte> to)
    {
        ReadOnlySpan<byte> palette = png.Palette, opaque = png.Transparency;
        for (var (x, at) = (0, 0); x < png.Head.Width; x++)
        {
            var colour = Part(from, x, png.Head.Depth);
            if ((3 * colour) + 3 > palette.Length) return false;
            palette.Slice(3 * colour, 3).CopyTo(to[at..]);
            at += 3;
            if (!opaque.IsEmpty) to[at++] = colour < opaque.Length ? opaque[colour] : byte.MaxValue;
        }

        return true;
    }

    /// <summary>A sample of 1 to 8 bits, the leftmost highest.</summary>
    private static byte Part(ReadOnlySpan<byte> row, int x, int depth)
        => (byte)((row[x * depth / 8] >> (8 - depth - (x * depth % 8))) & ((1 << depth) - 1));
}
