// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Collections.Immutable;

namespace PeerCompute.Execution.Gpu;

/// <summary>One argument of a kernel.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Index">The buffer's place in <see cref="GpuProgram.Buffers"/>, or the bytes of local memory; else 0.</param>
/// <param name="Value">The bytes of a scalar as the device reads them, little-endian; else empty.</param>
public sealed record GpuArgument(GpuArgumentKind Kind, ulong Index, ImmutableArray<byte> Value)
{
    /// <summary>Longest scalar, bytes: a vector of sixteen 8-byte numbers.</summary>
    public const int MostScalarBytes = 128;

    /// <summary>Most memory of a work group for one argument, bytes: far more than any device has (OpenCL 1.2 asks for 32 KiB).</summary>
    public const ulong MostLocalBytes = 16 << 20;

    /// <summary>A buffer, by its place.</summary>
    public static GpuArgument Buffer(int index) => new(GpuArgumentKind.Buffer, (ulong)index, []);

    /// <summary>Bytes of memory that the work items of a group share.</summary>
    public static GpuArgument Local(ulong bytes) => new(GpuArgumentKind.Local, bytes, []);

    /// <summary>The number of the task in its job, 32 bits.</summary>
    public static GpuArgument Task { get; } = new(GpuArgumentKind.Task, 0, []);

    /// <summary>The number of the round, from 0, 32 bits.</summary>
    public static GpuArgument Round { get; } = new(GpuArgumentKind.Round, 0, []);

    /// <summary>A 32-bit integer.</summary>
    public static GpuArgument Scalar(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return new GpuArgument(GpuArgumentKind.Scalar, 0, [.. bytes]);
    }

    /// <summary>A single-precision number.</summary>
    public static GpuArgument Scalar(float value) => Scalar(BitConverter.SingleToInt32Bits(value));
}
