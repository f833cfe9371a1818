// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using PeerCompute.Base.Errors;

namespace PeerCompute.Base.Crypto;

/// <summary>A 32-byte SHA-256 value or identifier, by value, with a total order.</summary>
public readonly record struct Hash32 : IComparable<Hash32>
{
    private readonly ulong _a, _b, _c, _d;

    /// <summary>From 32 bytes.</summary>
    /// <param name="bytes">Exactly 32 bytes.</param>
    /// <exception cref="WireException">Another length.</exception>
    public Hash32(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != 32) throw new WireException("hash", $"{bytes.Length} bytes, expected 32");
        _a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    private Hash32(ulong a, ulong b, ulong c, ulong d)
    {
        _a = a;
        _b = b;
        _c = c;
        _d = d;
    }

    /// <summary>True for the value that is all zero (no hash).</summary>
    public bool IsZero => (_a | _b | _c | _d) == 0;

    /// <summary>Its first 64 bits.</summary>
    public ulong First64 => _a;

    /// <summary>Zero bits in front of the first one, 0 to 256.</summary>
    public int LeadingZeros
    {
        get
        {
            if (_a != 0) return BitOperations.LeadingZeroCount(_a);
            if (_b != 0) return 64 + BitOperations.LeadingZeroCount(_b);
            return _c != 0 ? 128 + BitOperations.LeadingZeroCount(_c) : 192 + BitOperations.LeadingZeroCount(_d);
        }
    }

    /// <summary>Bitwise exclusive or: the distance of Kademlia.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>The distance; zero when equal.</returns>
    public static Hash32 operator ^(Hash32 left, Hash32 right) =>
        new(left._a ^ right._a, left._b ^ right._b, left._c ^ right._c, left._d ^ right._d);

    /// <summary>SHA-256 of some bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>The hash.</returns>
    public static Hash32 Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(bytes, hash);
        return new Hash32(hash);
    }

    /// <summary>From 64 hexadecimal digits.</summary>
    /// <param name="text">The digits.</param>
    /// <returns>The value.</returns>
    /// <exception cref="WireException">Not 64 hexadecimal digits.</exception>
    public static Hash32 Parse(string text)
    {
        if (text.Length != 64) throw new WireException("hash", $"{text.Length} characters, expected 64 hexadecimal digits");
        try
        {
            return new Hash32(Convert.FromHexString(text));
        }
        catch (FormatException)
        {
            throw new WireException("hash", "not hexadecimal");
        }
    }

    /// <summary>From 64 hexadecimal digits, where a text is such.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="value">The value, or zero.</param>
    /// <returns>Whether the text is 64 hexadecimal digits.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out Hash32 value)
    {
        Span<byte> bytes = stackalloc byte[32];
        var good = text.Length == 64 && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
        value = good ? new Hash32(bytes) : default;
        return good;
    }

    /// <summary>Writes the 32 bytes.</summary>
    /// <param name="destination">At least 32 bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    /// <summary>The 32 bytes.</summary>
    /// <returns>A new array.</returns>
    public byte[] ToArray()
    {
        var bytes = new byte[32];
        CopyTo(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public int CompareTo(Hash32 other)
    {
        var c = _a.CompareTo(other._a);
        if (c == 0) c = _b.CompareTo(other._b);
        if (c == 0) c = _c.CompareTo(other._c);
        return c != 0 ? c : _d.CompareTo(other._d);
    }

    /// <summary>64 hexadecimal digits, lower case.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Convert.ToHexStringLower(ToArray());

    /// <summary>The first eight digits, for people.</summary>
    /// <returns>The text.</returns>
    public string Short() => ToString()[..8];
}
