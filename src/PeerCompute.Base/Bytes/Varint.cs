// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Base.Bytes;

/// <summary>Unsigned LEB128 (multiformats unsigned-varint; protobuf varint).</summary>
public static class Varint
{
    /// <summary>Longest encoding of a 64-bit value in bytes.</summary>
    public const int MaxLength = 10;

    /// <summary>Bytes that a value takes.</summary>
    /// <param name="value">The value.</param>
    /// <returns>1 to 10.</returns>
    public static int Length(ulong value)
    {
        var length = 1;
        for (; value >= 0x80; value >>= 7) length++;
        return length;
    }

    /// <summary>Writes a value.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <param name="value">The value.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> destination, ulong value)
    {
        var i = 0;
        for (; value >= 0x80; value >>= 7) destination[i++] = (byte)(value | 0x80);
        destination[i++] = (byte)value;
        return i;
    }

    /// <summary>Reads a value if it is complete; only the shortest encoding is taken.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="value">The value.</param>
    /// <param name="length">Bytes it took.</param>
    /// <returns>False when more bytes are needed.</returns>
    /// <exception cref="WireException">Longer than 64 bits, or not the shortest encoding.</exception>
    public static bool TryRead(ReadOnlySpan<byte> source, out ulong value, out int length)
    {
        value = 0;
        for (var i = 0; i < source.Length; i++)
        {
            var b = source[i];
            if (i == MaxLength - 1 && b > 1) throw new WireException("varint", "longer than 64 bits", i);
            value |= (ulong)(b & 0x7F) << (7 * i);
            if (b >= 0x80) continue;
            if (b == 0 && i > 0) throw new WireException("varint", "not the shortest encoding", i);
            length = i + 1;
            return true;
        }

        value = 0;
        length = 0;
        return false;
    }
}
