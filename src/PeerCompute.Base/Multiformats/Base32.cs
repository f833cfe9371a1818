// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Base.Multiformats;

/// <summary>Base32 of RFC 4648, lower case, without padding (multibase prefix <c>b</c>, not included here).</summary>
public static class Base32
{
    /// <summary>Longest text taken, characters.</summary>
    public const int MaxLength = 1024;

    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>Writes bytes as text.</summary>
    /// <param name="bytes">Any length.</param>
    /// <returns>The text.</returns>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new char[((bytes.Length * 8) + 4) / 5];
        int buffer = 0, bits = 0, at = 0;
        foreach (var b in bytes)
        {
            buffer = ((buffer << 8) | b) & 0xFFFF;
            for (bits += 8; bits >= 5; bits -= 5) text[at++] = Alphabet[(buffer >> (bits - 5)) & 31];
        }

        if (bits > 0) text[at] = Alphabet[(buffer << (5 - bits)) & 31];
        return new string(text);
    }

    /// <summary>Reads text; only the canonical form is taken (bits left over are zero).</summary>
    /// <param name="text">At most <see cref="MaxLength"/> characters.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="WireException">Too long, a character outside the alphabet, or not canonical.</exception>
    public static byte[] Decode(ReadOnlySpan<char> text)
    {
        if (text.Length > MaxLength) throw new WireException("base32", $"{text.Length} characters, limit {MaxLength}");
        var bytes = new byte[text.Length * 5 / 8];
        int buffer = 0, bits = 0, count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var digit = Alphabet.IndexOf(text[i], StringComparison.Ordinal);
            if (digit < 0) throw new WireException("base32", "character outside the alphabet", i);
            buffer = ((buffer << 5) | digit) & 0xFFF;
            bits += 5;
            if (bits < 8) continue;
            bits -= 8;
            bytes[count++] = (byte)(buffer >> bits);
        }

        if (bits >= 5 || (buffer & ((1 << bits) - 1)) != 0) throw new WireException("base32", "not the canonical form", text.Length);
        return bytes;
    }
}
