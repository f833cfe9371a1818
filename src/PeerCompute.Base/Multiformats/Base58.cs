// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Base.Errors;

namespace PeerCompute.Base.Multiformats;

/// <summary>Base58 with Bitcoin's alphabet. Its cost is quadratic, so inputs are short: at most <see cref="MaxLength"/>.</summary>
public static class Base58
{
    /// <summary>Longest text or byte string taken.</summary>
    public const int MaxLength = 256;

    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    /// <summary>Writes bytes as text.</summary>
    /// <param name="bytes">At most <see cref="MaxLength"/> bytes.</param>
    /// <returns>The text; leading zero bytes are leading ones.</returns>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        Invariant.Check(bytes.Length <= MaxLength);
        var zeros = 0;
        while (zeros < bytes.Length && bytes[zeros] == 0) zeros++;
        Span<byte> digits = stackalloc byte[MaxLength * 2]; // little-endian; 256 bytes take 350 digits
        var count = 0;
        foreach (var b in bytes[zeros..])
        {
            var carry = (int)b;
            for (var i = 0; i < count; i++)
            {
                carry += digits[i] << 8;
                digits[i] = (byte)(carry % 58);
                carry /= 58;
            }

            for (; carry > 0; carry /= 58) digits[count++] = (byte)(carry % 58);
        }

        Span<char> text = stackalloc char[zeros + count];
        text[..zeros].Fill('1');
        for (var i = 0; i < count; i++) text[zeros + i] = Alphabet[digits[count - 1 - i]];
        return new string(text);
    }

    /// <summary>Reads text.</summary>
    /// <param name="text">At most <see cref="MaxLength"/> characters.</param>
    /// <returns>The bytes.</returns>
    /// <exception cref="WireException">Too long, or a character outside the alphabet.</exception>
    public static byte[] Decode(ReadOnlySpan<char> text)
    {
        if (text.Length > MaxLength) throw new WireException("base58", $"{text.Length} characters, limit {MaxLength}");
        var zeros = 0;
        while (zeros < text.Length && text[zeros] == '1') zeros++;
        Span<byte> bytes = stackalloc byte[MaxLength]; // little-endian
        var count = 0;
        for (var at = zeros; at < text.Length; at++)
        {
            var carry = Alphabet.IndexOf(text[at], StringComparison.Ordinal);
            if (carry < 0) throw new WireException("base58", "character outside the alphabet", at);
            for (var i = 0; i < count; i++)
            {
                carry += bytes[i] * 58;
                bytes[i] = (byte)carry;
                carry >>= 8;
            }

            for (; carry > 0; carry >>= 8) bytes[count++] = (byte)carry;
        }

        var result = new byte[zeros + count];
        for (var i = 0; i < count; i++) result[zeros + i] = bytes[count - 1 - i];
        return result;
    }
}
