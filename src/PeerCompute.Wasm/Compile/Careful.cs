// SPDX-License-Identifier: Apache-2.0
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace PeerCompute.Wasm.Compile;

/// <summary>Operations that the runtime's own compiler (.NET 10.0.12) gets wrong in some place, written so that it does not.</summary>
internal static class Careful
{
    /// <summary>The smaller of two. The runtime's <c>Min</c> of a constant -0 and +0 is +0; its <c>Max</c> has no such mistake.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Min(float x, float y) => -MathF.Max(-x, -y);

    /// <inheritdoc cref="Min(float, float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Min(double x, double y) => -Math.Max(-x, -y);

    /// <summary>
    /// Zeros below the lowest set bit. Where the processor lacks TZCNT, the runtime takes BSF, and where the count is compared with zero, BSF's flags,
    /// which tell about the operand.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TrailingZeros(uint value) =>
        Bmi1.IsSupported || ArmBase.IsSupported ? BitOperations.TrailingZeroCount(value) : BitOperations.PopCount(~value & (value - 1));

    /// <inheritdoc cref="TrailingZeros(uint)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TrailingZeros(ulong value) =>
        Bmi1.IsSupported || ArmBase.IsSupported ? BitOperations.TrailingZeroCount(value) : BitOperations.PopCount(~value & (value - 1));

    /// <summary>
    /// A float of given bits. <see cref="BitConverter"/>'s way reads all of the float's bytes where the bits are a narrower load, extended; the way through a
    /// vector does not, and what is not inlined neither.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Single(int bits) =>
        Vector128.IsHardwareAccelerated ? Vector128.CreateScalarUnsafe(bits).AsSingle().ToScalar() : SingleApart(bits);

    /// <inheritdoc cref="Single(int)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Double(long bits) =>
        Vector128.IsHardwareAccelerated ? Vector128.CreateScalarUnsafe(bits).AsDouble().ToScalar() : DoubleApart(bits);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float SingleApart(int bits) => BitConverter.Int32BitsToSingle(bits);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double DoubleApart(long bits) => BitConverter.Int64BitsToDouble(bits);
}
