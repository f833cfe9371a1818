// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace PeerCompute.Wasm.Decode;

/// <summary>Reads the primitives of the binary format from a range of the module; every error is a <see cref="WasmInvalidException"/>.</summary>
internal struct ByteReader(byte[] data, int start, int end)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    private readonly byte[] _data = data;

    public int Pos { get; set; } = start;

    public int End { get; } = end;

    public readonly bool AtEnd => Pos >= End;

    public readonly int Left => End - Pos;

    public static WasmInvalidException Malformed(int offset, string reason) => new(WasmFault.Malformed, offset, reason);

    public byte U8()
    {
        if (Pos >= End)
        {
            throw Malformed(Pos, "unexpected end");
        }

        return _data[Pos++];
    }

    public readonly byte Peek() => Pos < End ? _data[Pos] : throw Malformed(Pos, "unexpected end");

    /// <summary>Unsigned LEB128 of at most 32 bits.</summary>
    public uint U32()
    {
        uint result = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = U8();
            if (shift == 28 && b > 0x0F)
            {
                throw Malformed(Pos - 1, (b & 0x80) != 0 ? "integer representation too long" : "integer too large");
            }

            result |= (uint)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return result;
            }
        }
    }

    /// <summary>An index or count that must be below the bound of an array.</summary>
    public int Count(int limit, string what)
    {
        var at = Pos;
        var n = U32();
        if (n > (uint)limit)
        {
            throw new WasmInvalidException(WasmFault.OverLimit, at, FormattableString.Invariant($"too many {what}: {n}, at most {limit}"));
        }

        return (int)n;
    }

    /// <summary>A count of things of at least one byte each: more than there are bytes left cannot be true.</summary>
    public int CountInBytes(int limit, string what)
    {
        var at = Pos;
        var n = U32();
        if (n > (uint)Left)
        {
            throw Malformed(at, "unexpected end");
        }

        if (n > (uint)limit)
        {
            throw new WasmInvalidException(WasmFault.OverLimit, at, FormattableString.Invariant($"too many {what}: {n}, at most {limit}"));
        }

        return (int)n;
    }

    public int S32() => (int)Signed(32);

    public long S33() => Signed(33);

    public long S64() => Signed(64);

    public uint Fixed32()
    {
        Need(4);
        var value = BinaryPrimitives.ReadUInt32LittleEndian(_data.AsSpan(Pos));
        Pos += 4;
        return value;
    }

    public ulong Fixed64()
    {
        Need(8);
        var value = BinaryPrimitives.ReadUInt64LittleEndian(_data.AsSpan(Pos));
        Pos += 8;
        return value;
    }

    /// <summary>A length and so many bytes of well-formed UTF-8.</summary>
    public string Name(int limit)
    {
        var length = CountInBytes(limit, "bytes of a name");
        try
        {
            var text = StrictUtf8.GetString(_data, Pos, length);
            Pos += length;
            return text;
        }
        catch (DecoderFallbackException)
        {
            throw Malformed(Pos, "malformed UTF-8 encoding");
        }
    }

    public WasmType Type()
    {
        var at = Pos;
        var b = U8();
        return b switch
        {
            0x7F or 0x7E or 0x7D or 0x7C or 0x70 or 0x6F => (WasmType)b,
            0x7B => throw Unsupported(at, "SIMD"),
            _ => throw Malformed(at, "malformed value type"),
        };
    }

    public WasmType RefType()
    {
        var at = Pos;
        var b = U8();
        return b is 0x70 or 0x6F ? (WasmType)b : throw Malformed(at, "malformed reference type");
    }

    public static WasmInvalidException Unsupported(int offset, string feature) =>
        new(WasmFault.Unsupported, offset, feature + " is not supported by this engine");

    private readonly void Need(int bytes)
    {
        if (Left < bytes)
        {
            throw Malformed(Pos, "unexpected end");
        }
    }

    private long Signed(int bits)
    {
        long result = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = U8();
            var room = bits - shift;
            if (room < 7)
            {
                // The bits above the value's own must all repeat its sign.
                var top = (sbyte)(b << 1) >> room;
                if ((b & 0x80) != 0)
                {
                    throw Malformed(Pos - 1, "integer representation too long");
                }

                if (top is not 0 and not -1)
                {
                    throw Malformed(Pos - 1, "integer too large");
                }
            }

            result |= (long)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                var used = shift + 7;
                return used < 64 ? result << (64 - used) >> (64 - used) : result;
            }
        }
    }
}
