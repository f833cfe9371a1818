// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Numerics;
using PeerCompute.Trust.Forms;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Trust.Comparing;

/// <summary>Reads PNG (W3C Portable Network Graphics, second edition), all kinds of colour and depths; interlaced ones are not read.</summary>
internal static class PngPicture
{
    private const int HeadLength = 13; // of the data of IHDR (section 11.2.2)
    private const byte Grey = 0, Colour = 2, Palette = 3, GreyAlpha = 4, ColourAlpha = 6; // table 11.1

    /// <summary>The picture; null where it is none, cut short, interlaced, or larger than is compared.</summary>
    public static Picture? Read(ReadOnlySpan<byte> file)
    {
        if (CanonicalForms.Apply(OutputForm.Png, file) is not { } png || !PngChunks.TryOpen(png, out var chunks)) return null;
        if (!chunks.TryNext(out var first) || !first.Is("IHDR"u8) || first.Data.Length != HeadLength) return null;
        var head = first.Data;
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(head), BinaryPrimitives.ReadUInt32BigEndian(head[4..]));
        var (depth, kind) = (head[8], head[9]);
        var channels = kind switch { Grey or Palette => 1, Colour => 3, GreyAlpha => 2, ColourAlpha => 4, _ => 0 };
        var depths = kind switch { Grey => 1 | 2 | 4 | 8 | 16, Palette => 1 | 2 | 4 | 8, _ => 8 | 16 };
        if (channels == 0 || (depth & depths) == 0 || !BitOperations.IsPow2(depth)) return null;
        if (width is 0 or > (uint)Picture.BytesMost || height is 0 or > (uint)Picture.BytesMost || head[10..].IndexOfAnyExcept((byte)0) >= 0) return null;
        var row = ((width * (long)channels * depth) + 7) / 8;
        var unfolded = width * (long)height * (kind == Palette ? 3 : channels) * (depth == 16 ? 2 : 1);
        if (unfolded > Picture.BytesMost || (row + 1) * height > Picture.BytesMost) return null;
        var (packed, looks) = (new List<byte>(png.Length), new List<byte>());
        byte[] palette = [];
        while (chunks.TryNext(out var chunk))
        {
            if (chunk.Is("IDAT"u8)) packed.AddRange(chunk.Data);
            else if (chunk.Is("PLTE"u8) && kind == Palette) palette = chunk.Data.ToArray();
            else looks.AddRange(chunk.Bytes);
        }

        var rows = new byte[(row + 1) * height];
        if (!Inflate.TryUnpack(packed.ToArray(), rows) || !Unfilter(rows, (int)row, Math.Max(1, channels * depth / 8))) return null;
        var picture = kind == Palette ? Coloured(rows, (int)row, (int)width, (int)height, depth, palette)
            : Plain(rows, (int)row, (int)width, (int)height, channels, depth);
        return picture is null ? null : picture with { Looks = looks.ToArray() };
    }

    /// <summary>Takes the filters of all rows out (section 9); false where one is unknown.</summary>
    private static bool Unfilter(Span<byte> rows, int row, int pixel)
    {
        var above = new byte[row].AsSpan();
        for (; !rows.IsEmpty; rows = rows[(row + 1)..])
        {
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

    private static Picture Plain(byte[] rows, int row, int width, int height, int channels, int depth)
    {
        var samples = new byte[width * (long)height * channels * (depth == 16 ? 2 : 1)];
        for (var y = 0; y < height; y++)
        {
            var from = rows.AsSpan((y * (row + 1)) + 1, row);
            var to = samples.AsSpan(y * (samples.Length / height), samples.Length / height);
            if (depth >= 8) from.CopyTo(to);
            else for (var x = 0; x < width; x++) to[x] = Part(from, x, depth);
        }

        return new Picture(width, height, channels, (1 << depth) - 1, samples);
    }

    /// <summary>A picture of a palette in the palette's colours; null where one is not in it.</summary>
    private static Picture? Coloured(byte[] rows, int row, int width, int height, int depth, byte[] palette)
    {
        var samples = new byte[width * (long)height * 3];
        for (var (y, at) = (0, 0); y < height; y++)
        {
            var from = rows.AsSpan((y * (row + 1)) + 1, row);
            for (var x = 0; x < width; x++, at += 3)
            {
                var colour = Part(from, x, depth) * 3;
                if (colour + 3 > palette.Length) return null;
                palette.AsSpan(colour, 3).CopyTo(samples.AsSpan(at));
            }
        }

        return new Picture(width, height, 3, byte.MaxValue, samples);
    }

    /// <summary>A sample of 1 to 8 bits, the leftmost highest.</summary>
    private static byte Part(ReadOnlySpan<byte> row, int x, int depth)
        => (byte)((row[x * depth / 8] >> (8 - depth - (x * depth % 8))) & ((1 << depth) - 1));
}
