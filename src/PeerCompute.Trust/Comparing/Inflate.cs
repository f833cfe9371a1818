// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Trust.Comparing;

/// <summary>
/// Unpacks a zlib stream (RFC 1950, RFC 1951) into exactly as many bytes as are wanted: strangers' bytes meet no native code, and no stream unfolds to more.
/// The check sum at the end is not looked at.
/// </summary>
/// <param name="input">The stream.</param>
internal ref struct Inflate(ReadOnlySpan<byte> input)
{
    private const int LengthsMost = 320, BitsMost = 15, Window = 32 << 10;

    private static readonly byte[] Order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]; // RFC 1951, 3.2.7

    private readonly ReadOnlySpan<byte> _input = input;
    private int _at;
    private uint _held;
    private int _bits;
    private bool _broken;

    /// <summary>Unpacks a stream.</summary>
    /// <param name="stream">A zlib stream; what follows it is not looked at.</param>
    /// <param name="output">Filled to its end.</param>
    /// <returns>Whether it is one and has just as many bytes.</returns>
    public static bool TryUnpack(ReadOnlySpan<byte> stream, Span<byte> output)
    {
        // Method 8, a window of at most 32 KiB, no dictionary: RFC 1950, 2.2.
        if (stream.Length < 2 || (stream[0] & 15) != 8 || stream[0] >> 4 > 7 || (stream[1] & 32) != 0 || ((stream[0] << 8) | stream[1]) % 31 != 0) return false;
        return new Inflate(stream[2..]).Run(output);
    }

    private bool Run(Span<byte> output)
    {
        var length = 0;
        for (var last = false; !last;)
        {
            last = Bits(1) == 1;
            var whole = Bits(2) switch
            {
                0 => Stored(output, ref length),
                1 => Packed(output, ref length, FixedLengths(), FixedPlaces()),
                2 => Dynamic(output, ref length),
                _ => false,
            };
            if (!whole || _broken) return false;
        }

        return length == output.Length;
    }

    private bool Stored(Span<byte> output, ref int length)
    {
        (_held, _bits) = (0, 0);
        if (_input.Length - _at < 4) return false;
        var size = _input[_at] | (_input[_at + 1] << 8);
        if ((size ^ (_input[_at + 2] | (_input[_at + 3] << 8))) != 0xFFFF) return false;
        _at += 4;
        if (size > _input.Length - _at || size > output.Length - length) return false;
        _input.Slice(_at, size).CopyTo(output[length..]);
        (_at, length) = (_at + size, length + size);
        return true;
    }

    private bool Dynamic(Span<byte> output, ref int length)
    {
        var (literals, places, codes) = (Bits(5) + 257, Bits(5) + 1, Bits(4) + 4);
        if (literals > 286) return false;
        var lengths = new byte[LengthsMost];
        for (var i = 0; i < codes; i++) lengths[Order[i]] = (byte)Bits(3);
        if (Codes.Of(lengths.AsSpan(0, 19)) is not { } code) return false;
        Array.Clear(lengths);
        for (var i = 0; i < literals + places;)
        {
            var symbol = Next(code);
            if (symbol < 0 || _broken) return false;
            if (symbol < 16)
            {
                lengths[i++] = (byte)symbol;
                continue;
            }

            if (symbol == 16 && i == 0) return false;
            var (value, count) = symbol switch { 16 => (lengths[i - 1], 3 + Bits(2)), 17 => ((byte)0, 3 + Bits(3)), _ => ((byte)0, 11 + Bits(7)) };
            if (count > literals + places - i) return false;
            lengths.AsSpan(i, count).Fill(value);
            i += count;
        }

        return Codes.Of(lengths.AsSpan(0, literals)) is { } one && Codes.Of(lengths.AsSpan(literals, places)) is { } two
            && Packed(output, ref length, one, two);
    }

    private bool Packed(Span<byte> output, ref int length, Codes literals, Codes places)
    {
        while (!_broken)
        {
            var symbol = Next(literals);
            if (symbol == 256) return true;
            if (symbol is < 0 or > 285) return false;
            if (symbol < 256)
            {
                if (length == output.Length) return false;
                output[length++] = (byte)symbol;
                continue;
            }

            var count = Extended(symbol - 257, 4, symbol == 285 ? 258 : 0);
            var place = Next(places);
            if (place is < 0 or > 29) return false;
            var back = Extended(place, 2, 0) - 2;
            if (back > length || back > Window || count > output.Length - length) return false;
            for (; count > 0; count--, length++) output[length] = output[length - back];
        }

        return false;
    }

    /// <summary>The tables of RFC 1951, 3.2.5: groups of codes whose extra bits grow by one, from 3 on for lengths; distances are 2 less.</summary>
    private int Extended(int code, int group, int known)
    {
        if (known > 0) return known;
        if (code < 2 * group) return code + 3;
        var extra = (code / group) - 1;
        return ((group + (code % group)) << extra) + 3 + Bits(extra);
    }

    private int Bits(int count)
    {
        while (_bits < count)
        {
            if (_at == _input.Length) _broken = true;
            _held |= (_at < _input.Length ? _input[_at++] : 0u) << _bits;
            _bits += 8;
        }

        var value = (int)(_held & ((1u << count) - 1));
        _held >>= count;
        _bits -= count;
        return value;
    }

    private int Next(Codes codes)
    {
        int code = 0, first = 0, at = 0;
        for (var bits = 1; bits <= BitsMost; bits++)
        {
            code |= Bits(1);
            var count = codes.Counts[bits];
            if (code - count < first) return codes.Symbols[at + (code - first)];
            (at, first, code) = (at + count, (first + count) << 1, code << 1);
        }

        return -1;
    }

    private static Codes FixedLengths()
    {
        var lengths = new byte[288];
        for (var i = 0; i < lengths.Length; i++) lengths[i] = (byte)(i is < 144 or > 279 ? 8 : i < 256 ? 9 : 7);
        return Codes.Of(lengths)!;
    }

    private static Codes FixedPlaces() => Codes.Of([.. Enumerable.Repeat((byte)5, 30)])!;

    /// <summary>A canonical prefix code (RFC 1951, 3.2.2): how many codes of each length, and their symbols in order.</summary>
    private sealed record Codes(int[] Counts, int[] Symbols)
    {
        /// <summary>The code of these lengths; null where more codes stand than the lengths leave room for.</summary>
        public static Codes? Of(ReadOnlySpan<byte> lengths)
        {
            var counts = new int[BitsMost + 1];
            foreach (var length in lengths) counts[length]++;
            counts[0] = 0;
            var room = 1;
            for (var bits = 1; bits <= BitsMost; bits++)
            {
                room = (room << 1) - counts[bits];
                if (room < 0) return null;
            }

            var starts = new int[BitsMost + 2];
            for (var bits = 1; bits <= BitsMost; bits++) starts[bits + 1] = starts[bits] + counts[bits];
            var symbols = new int[starts[BitsMost + 1]];
            for (var symbol = 0; symbol < lengths.Length; symbol++)
            {
                if (lengths[symbol] > 0) symbols[starts[lengths[symbol]]++] = symbol;
            }

            return new Codes(counts, symbols);
        }
    }
}
