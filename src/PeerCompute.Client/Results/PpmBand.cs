// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Errors;

namespace PeerCompute.Client.Results;

/// <summary>One band of a picture: binary PPM (netpbm's ppm(5), "P6") with samples of eight bits.</summary>
/// <param name="Width">Pixels of a row.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Pixels">Three bytes a pixel, row by row.</param>
internal sealed record PpmBand(int Width, int Rows, ReadOnlyMemory<byte> Pixels)
{
    /// <summary>Largest width or height in pixels.</summary>
    public const int MaxSide = 1 << 16;

    /// <summary>Reads a band.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">Its name for messages.</param>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.BadInput"/>: not such a picture.</exception>
    public static PpmBand Read(ReadOnlyMemory<byte> bytes, string name)
    {
        var at = 0;
        if (Word(bytes.Span, ref at) != "P6") throw Bad(name, "it does not begin with P6");
        var width = Number(bytes.Span, ref at, name);
        var rows = Number(bytes.Span, ref at, name);
        if (Word(bytes.Span, ref at) != "255") throw Bad(name, "its samples have not the largest value 255");
        at++;
        var size = (long)width * rows * 3;
        if (bytes.Length - at != size) throw Bad(name, $"{bytes.Length - at} bytes of pixels, {width}×{rows} pixels take {size}");
        return new PpmBand(width, rows, bytes[at..]);
    }

    private static int Number(ReadOnlySpan<byte> bytes, ref int at, string name)
    {
        var word = Word(bytes, ref at);
        return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is > 0 and <= MaxSide
            ? n
            : throw Bad(name, $"its width and height must be 1 to {MaxSide}");
    }

    // A word after blanks and comments.
    private static string Word(ReadOnlySpan<byte> bytes, ref int at)
    {
        while (at < bytes.Length && (bytes[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t' or (byte)'#'))
        {
            if (bytes[at] == '#')
            {
                while (at < bytes.Length && bytes[at] != '\n') at++;
            }
            else
            {
                at++;
            }
        }

        var start = at;
        while (at < bytes.Length && at - start < 12 && bytes[at] is > (byte)' ' and < 0x7F) at++;
        return System.Text.Encoding.ASCII.GetString(bytes[start..at]);
    }

    private static PeerComputeException Bad(string name, string why) =>
        new(ErrorCode.BadInput, $"{name} is not a band that can be gathered: {why}. Each task must write a binary PPM (P6).");
}
