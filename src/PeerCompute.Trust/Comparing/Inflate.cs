// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using PeerCompute.Base.Checks;

namespace PeerCompute.Trust.Comparing;

/// <summary>
/// Unpacks a zlib stream (RFC 1950, RFC 1951) into exactly as many bytes as are wanted: strangers' bytes meet no native code, and no stream unfolds to more.
/// What zlib refuses is refused here.
/// </summary>
/// <param name="input">The deflated part.</param>
/// <param name="checkpoint">As in <see cref="Comparators.Difference"/>.</param>
internal ref struct Inflate(ReadOnlySpan<byte> input, Action? checkpoint)
{
    private const int LengthsMost = 320, BitsMost = 15, Window = 32 << 10, SymbolsBetween = 1 << 16;

    /// <summary>
    /// Blocks that any stream may have, and the bytes that each further one must bring on average: an empty one takes ten bits and its codes are worked out all
    /// the same. The blocks of packers bring thousands of bytes.
    /// </summary>
    private const int BlocksFree = 1024, BlockBytesLeast = 16;

    private static readonly byte[] Order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]; // RFC 1951, 3.2.7

    private static readonly Codes FixedLengths = Codes.Of([.. Enumerable.Range(0, 288).Select(static i => (byte)(i is < 144 or > 279 ? 8 : i < 256 ? 9 : 7))]);

    private static readonly Codes FixedPlaces = Codes.Of([.. Enumerable.Repeat((byte)5, 32)]);

    private readonly ReadOnlySpan<byte> _input = input;
    private readonly Action? _checkpoint = checkpoint;
    private readonly byte[] _lengths = new byte[LengthsMost];
    private readonly Codes _ofCodes = new(), _ofLengths = new(), _ofPlaces = new();
    private int _at;
    private uint _held;
    private int _bits;
    private uint _symbols;
    private bool _broken;

    /// <summary>Unpacks a stream.</summary>
    /// <param name="stream">A zlib stream; what follows it is not looked at.</param>
    /// <param name="output">Filled to its end.</param>
    /// <param name="checkpoint">As in <see cref="Comparators.Difference"/>.</param>
    /// <returns>Whether it is one, has just as many bytes, and their check sum.</returns>
    public static bool TryUnpack(ReadOnlySpan<byte> stream, Span<byte> output, Action? checkpoint = null)
    {
        // Method 8, a window of at most 32 KiB, no dictionary: RFC 1950, 2.2.
        if (stream.Length < 2 || (stream[0] & 15) != 8 || stream[0] >> 4 > 7 || (stream[1] & 32) != 0 || ((stream[0] << 8) | stream[1]) % 31 != 0) return false;
        return TryInflate(stream[2..], output, checkpoint, out var used) && stream.Length - used >= 2 + sizeof(uint)
            && BinaryPrimitives.ReadUInt32BigEndian(stream[(2 + used)..]) == Adler(output);
    }

    /// <summary>Unpacks what a zlib stream holds between its header and its check sum.</summary>
    /// <param name="deflated">It, and what follows.</param>
    /// <param name="output">Filled to its end.</param>
    /// <param name="checkpoint">As in <see cref="Comparators.Difference"/>.</param>
    /// <param name="used">Its bytes.</param>
    /// <returns>Whether it is of RFC 1951 and has just as many bytes.</returns>
    public static bool TryInflate(ReadOnlySpan<byte> deflated, Span<byte> output, Action? checkpoint, out int used)
    {
        var inflate = new Inflate(deflated, checkpoint);
        var whole = inflate.Run(output);
        used = inflate._at;
        return whole;
    }

    private bool Run(Span<byte> output)
    {
        var (length, blocks) = (0, 0);
        for (var last = false; !last;)
        {
            if (++blocks > BlocksFree + (output.Length / BlockBytesLeast)) return false;
            last = Bits(1) == 1;
            var whole = Bits(2) switch
            {
                0 => Stored(output, ref length),
                1 => Packed(output, ref length, FixedLengths, FixedPlaces),
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
        if (literals > 286 || places > 30) return false;
        Array.Clear(_lengths);
        for (var i = 0; i < codes; i++) _lengths[Order[i]] = (byte)Bits(3);
        if (!_ofCodes.TrySet(_lengths.AsSpan(0, 19), mayBeOne: false)) return false;
        Array.Clear(_lengths);
        for (var i = 0; i < literals + places;)
        {
            var symbol = Next(_ofCodes);
            if (symbol < 0 || _broken) return false;
            if (symbol < 16)
            {
                _lengths[i++] = (byte)symbol;
                continue;
            }

            if (symbol == 16 && i == 0) return false;
            var (value, count) = symbol switch { 16 => (_lengths[i - 1], 3 + Bits(2)), 17 => ((byte)0, 3 + Bits(3)), _ => ((byte)0, 11 + Bits(7)) };
            if (count > literals + places - i) return false;
            _lengths.AsSpan(i, count).Fill(value);
            i += count;
        }

        return _lengths[256] > 0 // or no block would end
            && _ofLengths.TrySet(_lengths.AsSpan(0, literals), mayBeOne: true) && _ofPlaces.TrySet(_lengths.AsSpan(literals, places), mayBeOne: true)
            && Packed(output, ref length, _ofLengths, _ofPlaces);
    }

    private bool Packed(Span<byte> output, ref int length, Codes literals, Codes places)
    {
        while (!_broken)
        {
            if (_symbols++ % SymbolsBetween == 0) _checkpoint?.Invoke();
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

    /// <summary>RFC 1950, 8.2 and 9: sums modulo 65521, which do not overflow within 5552 bytes.</summary>
    private static uint Adler(ReadOnlySpan<byte> bytes)
    {
        const int Most = 5552, Modulus = 65_521;
        var (a, b) = (1U, 0U);
        while (!bytes.IsEmpty)
        {
            var part = bytes[..Math.Min(Most, bytes.Length)];
            foreach (var x in part)
            {
                a += x;
                b += a;
            }

            (a, b) = (a % Modulus, b % Modulus);
            bytes = bytes[part.Length..];
        }

        return (b << 16) | a;
    }

    /// <summary>A canonical prefix code (RFC 1951, 3.2.2): how many codes of each length, and their symbols in order.</summary>
    private sealed class Codes
    {
        public int[] Counts { get; } = new int[BitsMost + 1];

        public int[] Symbols { get; } = new int[LengthsMost];

        public static Codes Of(ReadOnlySpan<byte> lengths)
        {
            var codes = new Codes();
            Invariant.Check(codes.TrySet(lengths, mayBeOne: false));
            return codes;
        }

        /// <summary>
        /// Makes it the code of these lengths; false where more codes stand than the lengths leave room for, or fewer, as zlib has it: there may be none, and
        /// where it is said so one of a single bit.
        /// </summary>
        public bool TrySet(ReadOnlySpan<byte> lengths, bool mayBeOne)
        {
            Array.Clear(Counts);
            foreach (var length in lengths) Counts[length]++;
            Counts[0] = 0;
            Span<int> starts = stackalloc int[BitsMost + 2];
            var room = 1;
            starts[1] = 0;
            for (var bits = 1; bits <= BitsMost; bits++)
            {
                room = (room << 1) - Counts[bits];
                if (room < 0) return false;
                starts[bits + 1] = starts[bits] + Counts[bits];
            }

            var codes = starts[BitsMost + 1];
            if (room > 0 && codes > 0 && !(mayBeOne && codes == 1 && Counts[1] == 1)) return false;
            for (var symbol = 0; symbol < lengths.Length; symbol++)
            {
                if (lengths[symbol] > 0) Symbols[starts[lengths[symbol]]++] = symbol;
            }

            return true;
        }
    }
}
