// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;

namespace PeerCompute.Cli.Output.Qr;

/// <summary>
/// A QR code of upper-case text (ISO/IEC 18004): alphanumeric mode, error correction level L, the smallest of the versions 1 to 20 that holds
/// it. A screen neither tears nor stains: more correction would only make the picture larger.
/// </summary>
internal static class QrCode
{
    /// <summary>Largest version drawn; 97 modules, about as wide as a terminal.</summary>
    public const int VersionMost = 20;

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"; // clause 7.3.4, table 5
    private const int AlphanumericMode = 2;

    /// <summary>Correction codewords of each block, by version (table 9, level L).</summary>
    private static readonly byte[] Correction = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28];

    /// <summary>Blocks that the codewords are dealt to, by version (table 9, level L).</summary>
    private static readonly byte[] Blocks = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8];

    /// <summary>Draws a text.</summary>
    /// <param name="text">Digits, upper-case letters and <c> $%*+-./:</c>.</param>
    /// <returns>Square of modules, [row, column], true for dark; without its quiet zone. Null where the text is too long.</returns>
    public static bool[,]? Draw(string text)
    {
        for (var version = 1; version <= VersionMost; version++)
        {
            var matrix = new QrMatrix(version);
            var data = (matrix.Free / 8) - (Correction[version - 1] * Blocks[version - 1]);
            if (data * 8 < 4 + LengthBits(version) + TextBits(text.Length)) continue;
            matrix.Fill(Interleave(Data(text, version, data), Blocks[version - 1], Correction[version - 1]));
            return matrix.Masked();
        }

        return null;
    }

    private static int LengthBits(int version) => version < 10 ? 9 : 11;

    private static int TextBits(int length) => (11 * (length / 2)) + (6 * (length % 2));

    /// <summary>Mode, length, pairs of characters in 11 bits, and padding (clauses 7.4.4 and 7.4.10).</summary>
    private static byte[] Data(string text, int version, int bytes)
    {
        var data = new byte[bytes];
        var at = 0;
        void Put(int value, int bits)
        {
            for (var bit = bits - 1; bit >= 0; bit--, at++) data[at / 8] |= (byte)(((value >> bit) & 1) << (7 - (at % 8)));
        }

        Put(AlphanumericMode, 4);
        Put(text.Length, LengthBits(version));
        for (var i = 0; i + 1 < text.Length; i += 2) Put((45 * Value(text[i])) + Value(text[i + 1]), 11);
        if (text.Length % 2 == 1) Put(Value(text[^1]), 6);
        at += Math.Min(4, (bytes * 8) - at);
        var pad = 0xEC;
        for (var next = (at + 7) / 8; next < bytes; next++, pad ^= 0xEC ^ 0x11) data[next] = (byte)pad;
        return data;
    }

    private static int Value(char c)
    {
        var value = Alphabet.IndexOf(c, StringComparison.Ordinal);
        Invariant.Check(value >= 0);
        return value;
    }

    /// <summary>Deals data to blocks, the longer ones last, and takes one codeword of each in turn, data before correction (clause 7.6).</summary>
    private static byte[] Interleave(byte[] data, int count, int correction)
    {
        var blocks = new (byte[] Data, byte[] Correction)[count];
        var at = 0;
        for (var i = 0; i < count; i++)
        {
            var length = (data.Length / count) + (i >= count - (data.Length % count) ? 1 : 0);
            var part = data[at..(at + length)];
            blocks[i] = (part, ReedSolomon.Correction(part, correction));
            at += length;
        }

        var all = new List<byte>();
        for (var i = 0; i <= data.Length / count; i++) all.AddRange(blocks.Where(b => i < b.Data.Length).Select(b => b.Data[i]));
        for (var i = 0; i < correction; i++) all.AddRange(blocks.Select(b => b.Correction[i]));
        return [.. all];
    }
}
