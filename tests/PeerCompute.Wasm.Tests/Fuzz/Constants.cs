// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using PeerCompute.Base.Chance;
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>Values that find mistakes more often than others do.</summary>
internal static class Constants
{
    private static readonly ulong[] Integers =
    [
        0, 1, 2, 3, 7, 8, 31, 32, 33, 63, 64, 65, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF,
        0x100000000, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000, 0x8000000000000001, 0xFFFFFFFFFFFFFFFE, ulong.MaxValue, 0xFFFFFFFF80000000, 0x0123456789ABCDEF,
    ];

    /// <summary>Zeros, ones, halves, subnormal numbers, the bounds of the integers and their neighbours, infinities, NaNs with and without payload.</summary>
    private static readonly uint[] Singles =
    [
        0, 0x80000000, 0x3F800000, 0xBF800000, 0x3F000000, 0xBF000000, 0x3FC00000, 0xBFC00000, 0x40200000, 1, 0x80000001, 0x007FFFFF, 0x00800000, 0x7F7FFFFF,
        0xFF7FFFFF, 0x4F000000, 0x4EFFFFFF, 0xCF000000, 0xCF000001, 0x4F800000, 0x4F7FFFFF, 0x5F000000, 0xDF000000, 0x5F800000, 0x5F7FFFFF, 0x7F800000,
        0xFF800000, 0x7FC00000, 0xFFC00000, 0x7FA00000, 0xFFA12345, 0x7FC01234, 0x4B000001, 0x4AFFFFFF, 0x40490FDB,
    ];

    private static readonly ulong[] Doubles =
    [
        0, 0x8000000000000000, 0x3FF0000000000000, 0xBFF0000000000000, 0x3FE0000000000000, 0xBFE0000000000000, 0x3FF8000000000000, 0xC004000000000000, 1,
        0x800FFFFFFFFFFFFF, 0x0010000000000000, 0x7FEFFFFFFFFFFFFF, 0xFFEFFFFFFFFFFFFF, 0x41DFFFFFFFC00000, 0x41E0000000000000, 0xC1E0000000000000,
        0xC1E0000000200000, 0x41EFFFFFFFE00000, 0x41F0000000000000, 0x43E0000000000000, 0xC3E0000000000000, 0x43DFFFFFFFFFFFFF, 0x43F0000000000000,
        0x43EFFFFFFFFFFFFF, 0xC3E0000000000001, 0x7FF0000000000000, 0xFFF0000000000000, 0x7FF8000000000000, 0xFFF8000000000000, 0x7FF4000000000000,
        0xFFF4123456789ABC, 0x7FF8000000001234, 0x4330000000000001, 0x36A0000000000000, 0x47EFFFFFF0000000, 0x400921FB54442D18,
    ];

    /// <summary>A value of a number type: mostly one of the above, else any bits or a small number.</summary>
    public static ulong Draw(WasmType type, Choices chance) => (type, chance.Below(8)) switch
    {
        (WasmType.I32, 0) => (uint)chance.Next(),
        (WasmType.I32, < 4) => (uint)(chance.Below(24) - 4),
        (WasmType.I32, _) => (uint)Integers[chance.Below(Integers.Length)],
        (WasmType.I64, 0) => chance.Next(),
        (WasmType.I64, < 4) => (ulong)(chance.Below(24) - 4L),
        (WasmType.I64, _) => Integers[chance.Below(Integers.Length)],
        (WasmType.F32, 0) => (uint)chance.Next(),
        (WasmType.F32, < 3) => BitConverter.SingleToUInt32Bits((chance.Below(4000) - 2000) / 8f),
        (WasmType.F32, _) => Singles[chance.Below(Singles.Length)],
        (WasmType.F64, 0) => chance.Next(),
        (WasmType.F64, < 3) => BitConverter.DoubleToUInt64Bits((chance.Below(4000) - 2000) / 8.0),
        (WasmType.F64, _) => Doubles[chance.Below(Doubles.Length)],
        _ => 0,
    };

    /// <summary>The instruction that pushes a value; a reference is null or the function of index <paramref name="bits"/> - 1.</summary>
    public static byte[] Of(WasmType type, ulong bits)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, bits);
        return type switch
        {
            WasmType.I32 => [0x41, .. Leb.Signed((int)bits)],
            WasmType.I64 => [0x42, .. Leb.Signed((long)bits)],
            WasmType.F32 => [0x43, .. bytes[..4]],
            WasmType.F64 => [0x44, .. bytes],
            WasmType.FuncRef when bits > 0 => [0xD2, .. Leb.Unsigned(bits - 1)],
            _ => [0xD0, (byte)type],
        };
    }

    /// <summary>Zero or null, the plainest node that leaves a value.</summary>
    public static Node Zero(WasmType type) => new([type], Of(type, 0));
}
