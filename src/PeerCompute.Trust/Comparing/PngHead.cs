// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Numerics;
using PeerCompute.Trust.Forms;

namespace PeerCompute.Trust.Comparing;

/// <summary>
/// The header of a PNG that can be compared (W3C Portable Network Graphics, second edition, section 11.2.2): any kind and depth, not interlaced.
/// </summary>
/// <param name="Width">Pixels of a row, 1 to <see cref="Picture.BytesMost"/>.</param>
/// <param name="Height">Rows, 1 to <see cref="Picture.BytesMost"/>.</param>
/// <param name="Depth">Bits of a sample: 1, 2, 4, 8 or 16.</param>
/// <param name="Kind">One of the kinds of colour.</param>
internal readonly record struct PngHead(int Width, int Height, int Depth, byte Kind)
{
    /// <summary>Kinds of colour (table 11.1).</summary>
    public const byte Grey = 0, Colour = 2, Palette = 3, GreyAlpha = 4, ColourAlpha = 6;

    private const int Length = 13;

    /// <summary>Samples of a pixel as they are packed.</summary>
    public int Channels => ChannelsOf(Kind);

    /// <summary>Bytes of a sample once it is unpacked.</summary>
    public int SampleBytes => Depth == 16 ? 2 : 1;

    /// <summary>Largest sample.</summary>
    public int Peak => (1 << Depth) - 1;

    /// <summary>Bytes of a packed row, its filter aside.</summary>
    public long RowBytes => (((long)Width * Channels * Depth) + 7) / 8;

    /// <summary>Reads the first chunk of a file; null where it is no such header.</summary>
    public static PngHead? Of(PngChunk chunk)
    {
        if (!chunk.Is("IHDR"u8) || chunk.Data.Length != Length || !chunk.IsSound) return null;
        var data = chunk.Data;
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(data), BinaryPrimitives.ReadUInt32BigEndian(data[4..]));
        var (depth, kind) = (data[8], data[9]);
        var depths = kind switch { Grey => 1 | 2 | 4 | 8 | 16, Palette => 1 | 2 | 4 | 8, _ => 8 | 16 };
        if (ChannelsOf(kind) == 0 || (depth & depths) == 0 || !BitOperations.IsPow2(depth) || data[10..].IndexOfAnyExcept((byte)0) >= 0) return null;
        if (width is 0 or > (uint)Picture.BytesMost || height is 0 or > (uint)Picture.BytesMost) return null;
        return new PngHead((int)width, (int)height, depth, kind);
    }

    private static int ChannelsOf(byte kind) => kind switch { Grey or Palette => 1, Colour => 3, GreyAlpha => 2, ColourAlpha => 4, _ => 0 };
}
