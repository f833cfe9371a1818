// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using PeerCompute.Wasm.Runtime;

namespace PeerCompute.Wasm.Tests.Reference;

/// <summary>Numbers of <see cref="SlowMachine"/>, written down a second time.</summary>
internal static class SlowNumbers
{
    public static ulong Compute(byte opcode, ulong a, ulong b) => opcode switch
    {
        <= 0x4F => Flag(Compare(opcode - 0x46, (int)a, (int)b, (uint)a, (uint)b, opcode == 0x45 && (uint)a == 0)),
        <= 0x5A => Flag(Compare(opcode - 0x51, (long)a, (long)b, a, b, opcode == 0x50 && a == 0)),
        <= 0x60 => Flag(CompareFloats(opcode - 0x5B, Single(a), Single(b))),
        <= 0x66 => Flag(CompareFloats(opcode - 0x61, Double(a), Double(b))),
        >= 0x67 and <= 0x78 => (uint)Integer(opcode - 0x6A, (int)a, (int)b, (uint)a, (uint)b, 32),
        >= 0x79 and <= 0x8A => (ulong)Integer(opcode - 0x7C, (long)a, (long)b, a, b, 64),
        0x8B => a & 0x7FFFFFFF,
        0x8C => a ^ 0x80000000,
        0x99 => a & long.MaxValue,
        0x9A => a ^ 0x8000000000000000,
        >= 0x8B and <= 0x98 => Bits((float)Float(opcode - 0x8B, Single(a), Single(b), true)),
        >= 0x99 and <= 0xA6 => Bits(Float(opcode - 0x99, Double(a), Double(b), false)),
        0xA7 => (uint)a,
        0xAA => Truncate(Double(a)),
        0xAC => (ulong)(int)a,
        0xAD => (uint)a,
        0xB2 => Bits((float)(int)a),
        0xB6 => Bits((float)Double(a)),
        0xB7 => Bits((double)(int)a),
        0xB8 => Bits((double)(uint)a),
        0xBB => Bits((double)Single(a)),
        0xBC or 0xBE => (uint)a,
        0xBD or 0xBF => a,
        0xC0 => (uint)(sbyte)a,
        0xC1 => (uint)(short)a,
        0xC4 => (ulong)(int)a,
        _ => throw new ArgumentException($"opcode {opcode:x2}", nameof(opcode)),
    };

    private static ulong Flag(bool holds) => holds ? 1UL : 0;

    private static float Single(ulong bits) => BitConverter.UInt32BitsToSingle((uint)bits);

    private static double Double(ulong bits) => BitConverter.UInt64BitsToDouble(bits);

    private static ulong Bits(float value) => float.IsNaN(value) ? 0x7FC00000 : BitConverter.SingleToUInt32Bits(value);

    private static ulong Bits(double value) => double.IsNaN(value) ? 0x7FF8000000000000 : BitConverter.DoubleToUInt64Bits(value);

    private static bool Compare(int relation, long a, long b, ulong ua, ulong ub, bool zero) => relation switch
    {
        0 => a == b,
        1 => a != b,
        2 => a < b,
        3 => ua < ub,
        4 => a > b,
        5 => ua > ub,
        6 => a <= b,
        7 => ua <= ub,
        8 => a >= b,
        9 => ua >= ub,
        _ => zero,
    };

    private static bool CompareFloats(int relation, double a, double b) => relation switch
    {
        0 => a == b,
        1 => !(a == b),
        2 => a < b,
        3 => a > b,
        4 => a <= b,
        _ => a >= b,
    };

    private static Int128 Integer(int operation, long a, long b, ulong ua, ulong ub, int bits)
    {
        var shift = (int)(ub % (ulong)bits);
        var smallest = a == (bits == 32 ? int.MinValue : long.MinValue) && b == -1;
        switch (operation)
        {
            case 3 or 4 or 5 or 6 when ub == 0:
                throw new TrapException(TrapKind.IntegerDivideByZero);
            case 3 when smallest:
                throw new TrapException(TrapKind.IntegerOverflow);
        }

        return Wrap(
            operation switch
            {
                -3 => BitOperations.LeadingZeroCount(ua) - (64 - bits),
                -2 => ua == 0 ? bits : BitOperations.TrailingZeroCount(ua),
                -1 => BitOperations.PopCount(ua),
                0 => (Int128)a + b,
                1 => (Int128)a - b,
                2 => unchecked(a * b),
                3 => (Int128)a / b,
                4 => ua / ub,
                5 => (Int128)a % b,
                6 => ua % ub,
                7 => ua & ub,
                8 => ua | ub,
                9 => ua ^ ub,
                10 => ua << shift,
                11 => a >> shift,
                12 => ua >> shift,
                13 => (ua << shift) | (shift == 0 ? 0 : ua >> (bits - shift)),
                _ => (ua >> shift) | (shift == 0 ? 0 : ua << (bits - shift)),
            },
            bits);
    }

    private static Int128 Wrap(Int128 value, int bits) => value & ((Int128.One << bits) - 1);

    /// <summary>Both float types in double: for single precision, one rounding of an exact or correctly rounded double is right for these.</summary>
    private static double Float(int operation, double a, double b, bool single) => operation switch
    {
        6 => Math.Sqrt(a),
        7 => single ? (float)a + (float)b : a + b,
        8 => single ? (float)a - (float)b : a - b,
        9 => single ? (float)a * (float)b : a * b,
        10 => single ? (float)a / (float)b : a / b,
        11 => double.IsNaN(a) || double.IsNaN(b) ? double.NaN : a == b ? (double.IsNegative(a) ? a : b) : a < b ? a : b,
        _ => double.IsNaN(a) || double.IsNaN(b) ? double.NaN : a == b ? (double.IsNegative(a) ? b : a) : a > b ? a : b,
    };

    private static ulong Truncate(double value)
    {
        if (double.IsNaN(value))
        {
            throw new TrapException(TrapKind.InvalidConversionToInteger);
        }

        var whole = Math.Truncate(value);
        return whole is >= int.MinValue and <= int.MaxValue ? (uint)(int)whole : throw new TrapException(TrapKind.IntegerOverflow);
    }
}
