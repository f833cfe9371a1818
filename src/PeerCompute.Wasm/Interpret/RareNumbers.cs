// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace PeerCompute.Wasm.Interpret;

/// <summary>The numeric instructions of one operand that are not in the loop itself.</summary>
internal static class RareNumbers
{
    public static TrapKind Execute(Op op, ulong x, out ulong result)
    {
        if (op >= Op.TruncSat)
        {
            result = Saturate((op - Op.TruncSat) & 5, (op - Op.TruncSat & 2) == 0 ? Single(x) : Double(x));
            return TrapKind.None;
        }

        switch (op - Op.RareUnary)
        {
            case 0x67: result = (uint)BitOperations.LeadingZeroCount((uint)x); break;
            case 0x68: result = (uint)BitOperations.TrailingZeroCount((uint)x); break;
            case 0x69: result = (uint)BitOperations.PopCount((uint)x); break;
            case 0x79: result = (uint)BitOperations.LeadingZeroCount(x); break;
            case 0x7A: result = (uint)BitOperations.TrailingZeroCount(x); break;
            case 0x7B: result = (uint)BitOperations.PopCount(x); break;
            case 0x8D: result = Bits(MathF.Ceiling(Single(x))); break;
            case 0x8E: result = Bits(MathF.Floor(Single(x))); break;
            case 0x8F: result = Bits(MathF.Truncate(Single(x))); break;
            case 0x90: result = Bits(MathF.Round(Single(x), MidpointRounding.ToEven)); break;
            case 0x9B: result = Bits(Math.Ceiling(Double(x))); break;
            case 0x9C: result = Bits(Math.Floor(Double(x))); break;
            case 0x9D: result = Bits(Math.Truncate(Double(x))); break;
            case 0x9E: result = Bits(Math.Round(Double(x), MidpointRounding.ToEven)); break;
            case 0xB3: result = Bits((float)(long)(uint)x); break;
            case 0xB4: result = Bits((float)(long)x); break;
            case 0xB5: result = Bits((long)x >= 0 ? (float)(long)x : (float)(long)Halved(x) * 2); break;
            case 0xB9: result = Bits((double)(long)x); break;
            case 0xBA: result = Bits((long)x >= 0 ? (double)(long)x : (double)(long)Halved(x) * 2); break;
            case 0xC2: result = (ulong)(sbyte)x; break;
            case 0xC3: result = (ulong)(short)x; break;
            case 0xC4: result = (ulong)(int)x; break;
            default: return Truncate(op - Op.RareUnary, x, out result);
        }

        return TrapKind.None;
    }

    private static float Single(ulong bits) => BitConverter.UInt32BitsToSingle((uint)bits);

    private static double Double(ulong bits) => BitConverter.UInt64BitsToDouble(bits);

    private static ulong Bits(float value) => float.IsNaN(value) ? 0x7FC00000 : BitConverter.SingleToUInt32Bits(value);

    private static ulong Bits(double value) => double.IsNaN(value) ? 0x7FF8000000000000 : BitConverter.DoubleToUInt64Bits(value);

    /// <summary>Half of a number with its lowest bit kept sticky, so that rounding the half rounds the number.</summary>
    private static ulong Halved(ulong x) => (x >> 1) | (x & 1);

    /// <summary>Truncation that traps: the value as a double is exact for both float types.</summary>
    private static TrapKind Truncate(int opcode, ulong x, out ulong result)
    {
        var value = opcode is 0xA8 or 0xA9 or 0xAE or 0xAF ? Single(x) : Double(x);
        result = 0;
        if (double.IsNaN(value))
        {
            return TrapKind.InvalidConversionToInteger;
        }

        var (low, high) = opcode switch
        {
            0xA8 or 0xAA => (-2147483649.0, 2147483648.0),
            0xA9 or 0xAB => (-1.0, 4294967296.0),
            0xAE or 0xB0 => (double.BitDecrement(-9223372036854775808.0), 9223372036854775808.0),
            _ => (-1.0, 18446744073709551616.0),
        };
        if (value <= low || value >= high)
        {
            return TrapKind.IntegerOverflow;
        }

        result = opcode switch
        {
            0xA8 or 0xAA => (uint)(int)value,
            0xA9 or 0xAB => (uint)(long)value,
            0xAE or 0xB0 => (ulong)(long)value,
            _ => Unsigned(value),
        };
        return TrapKind.None;
    }

    /// <summary><c>trunc_sat</c>: bit 0 of the kind for unsigned, bit 2 for 64 bits. As a double every float is exact.</summary>
    public static ulong Saturate(int kind, double value)
    {
        if (double.IsNaN(value))
        {
            return 0;
        }

        return kind switch
        {
            0 => value <= int.MinValue ? 0x80000000 : value >= 2147483648.0 ? int.MaxValue : (uint)(int)value,
            1 => value <= 0 ? 0 : value >= 4294967296.0 ? uint.MaxValue : (uint)(long)value,
            4 => value <= long.MinValue ? 0x8000000000000000 : value >= 9223372036854775808.0 ? long.MaxValue : (ulong)(long)value,
            _ => value <= 0 ? 0 : value >= 18446744073709551616.0 ? ulong.MaxValue : Unsigned(value),
        };
    }

    /// <summary>A number from above -1 to below 2^64 without its fraction.</summary>
    public static ulong Unsigned(double value) =>
        value < 9223372036854775808.0 ? (ulong)(long)value : (ulong)(long)(value - 9223372036854775808.0) | 0x8000000000000000;
}
