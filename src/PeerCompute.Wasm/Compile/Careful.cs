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

    /// <summary>The canonical NaN for a NaN, without a branch: the runtime's compiler would put the rare way into the middle of the common one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Canonical(float value)
    {
        if (!Vector128.IsHardwareAccelerated)
        {
            return float.IsNaN(value) ? SingleApart(0x7FC00000) : value;
        }

        var vector = Vector128.CreateScalarUnsafe(value);
        var canonical = Vector128.Create(0x7FC00000).AsSingle();
        return Sse41.IsSupported
            ? Sse41.BlendVariable(vector, canonical, Sse.CompareScalarUnordered(vector, vector)).ToScalar()
            : Vector128.ConditionalSelect(Vector128.Equals(vector, vector), vector, canonical).ToScalar();
    }

    /// <inheritdoc cref="Canonical(float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Canonical(double value)
    {
        if (!Vector128.IsHardwareAccelerated)
        {
            return double.IsNaN(value) ? DoubleApart(0x7FF8000000000000) : value;
        }

        var vector = Vector128.CreateScalarUnsafe(value);
        var canonical = Vector128.Create(0x7FF8000000000000).AsDouble();
        return Sse41.IsSupported
            ? Sse41.BlendVariable(vector, canonical, Sse2.CompareScalarUnordered(vector, vector)).ToScalar()
            : Vector128.ConditionalSelect(Vector128.Equals(vector, vector), vector, canonical).ToScalar();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float SingleApart(int bits) => BitConverter.Int32BitsToSingle(bits);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static double DoubleApart(long bits) => BitConverter.Int64BitsToDouble(bits);
}
