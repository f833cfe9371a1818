// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace PeerCompute.Execution.Gpu;

/// <summary>
/// Two GPU programs with results that can be checked: a product of matrices in single precision, and a sum of vectors that fill memory (the triad of
/// McCalpin's STREAM). All numbers follow from seeds; they are small integers, so that every result is exact on every device.
/// </summary>
public static class GpuBenchmark
{
    /// <summary>Rows and columns of the matrices. A sum has 512 products of at most 8 · 8, far below 2^24, to which single precision is exact.</summary>
    public const int Rows = 512;

    /// <summary>Floating-point operations of one product.</summary>
    public const long ProductOperations = 2L * Rows * Rows * Rows;

    /// <summary>Bytes that one item of the triad moves: two numbers read, one written.</summary>
    public const long TriadBytes = 12;

    /// <summary>Positions of the triad's result that are compared.</summary>
    public const int Samples = 4096;

    private const int Tile = 16;
    private const int LeftSeed = 1, RightSeed = 2;

    private const string Numbers = """
        uint mix(uint x) { x ^= x >> 16; x *= 0x7feb352dU; x ^= x >> 15; x *= 0x846ca68bU; return x ^ (x >> 16); }
        __kernel void fill(__global float *to, uint seed)
        { uint i = get_global_id(0); to[i] = (float)((int)(mix(seed * 0x9e3779b9U + i) & 15) - 8); }

        """;

    private const string Product = Numbers + """
        __kernel __attribute__((reqd_work_group_size(T, T, 1)))
        void product(__global const float *a, __global const float *b, __global float *c)
        {
            __local float left[T][T], right[T][T];
            int column = get_local_id(0), row = get_local_id(1), x = get_global_id(0), y = get_global_id(1);
            float sum = 0;
            for (int t = 0; t < N; t += T)
            {
                left[row][column] = a[y * N + t + column];
                right[row][column] = b[(t + row) * N + x];
                barrier(CLK_LOCAL_MEM_FENCE);
                for (int k = 0; k < T; k++) sum += left[row][k] * right[k][column];
                barrier(CLK_LOCAL_MEM_FENCE);
            }

            c[y * N + x] = sum;
        }
        """;

    private const string Triad = Numbers + """
        __kernel void triad(__global float *a, __global const float *b, __global const float *c)
        { size_t i = get_global_id(0); a[i] = b[i] + 3 * c[i]; }
        __kernel void sample(__global const float *a, __global float *some, uint count)
        { uint i = get_global_id(0); some[i] = a[mix(i) % count]; }
        """;

    /// <summary>The product of two matrices.</summary>
    /// <param name="rounds">How often it is computed.</param>
    /// <returns>The program; its output <c>product</c> is the last product.</returns>
    public static GpuProgram ProductProgram(uint rounds)
    {
        const ulong Items = (ulong)Rows * Rows;
        return new GpuProgram
        {
            Source = Product,
            Options = $"-DN={Rows} -DT={Tile}",
            Buffers = [new GpuBuffer("a", 4 * Items, "", ""), new GpuBuffer("b", 4 * Items, "", ""), new GpuBuffer("c", 4 * Items, "", "product")],
            Launches =
            [
                Fill(0, Items, LeftSeed), Fill(1, Items, RightSeed),
                new GpuLaunch("product", [Rows, Rows], [Tile, Tile], [GpuArgument.Buffer(0), GpuArgument.Buffer(1), GpuArgument.Buffer(2)]),
            ],
            Rounds = rounds,
        };
    }

    /// <summary>The sum of two vectors.</summary>
    /// <param name="items">Numbers in each of three vectors, at most 2^31.</param>
    /// <param name="rounds">How often it is computed.</param>
    /// <returns>The program; its output <c>samples</c> has <see cref="Samples"/> of the sums.</returns>
    public static GpuProgram TriadProgram(uint items, uint rounds)
    {
        var sample = new GpuLaunch("sample", [Samples], [], [GpuArgument.Buffer(0), GpuArgument.Buffer(3), GpuArgument.Scalar((int)items)]);
        return new GpuProgram
        {
            Source = Triad,
            Buffers =
            [
                new GpuBuffer("a", 4UL * items, "", ""), new GpuBuffer("b", 4UL * items, "", ""), new GpuBuffer("c", 4UL * items, "", ""),
                new GpuBuffer("some", 4 * Samples, "", "samples"),
            ],
            Launches =
            [
                Fill(1, items, LeftSeed), Fill(2, items, RightSeed),
                new GpuLaunch("triad", [items], [], [GpuArgument.Buffer(0), GpuArgument.Buffer(1), GpuArgument.Buffer(2)]),
                // In the first round too: drivers compile a kernel when it first starts, and the rounds behind the first are timed.
                sample with { When = GpuWhen.First }, sample with { When = GpuWhen.Last },
            ],
            Rounds = rounds,
        };
    }

    /// <summary>Whether a matrix is the product, by Freivalds' check (1977): both sides times a vector that its maker could not know.</summary>
    /// <param name="output">The output <c>product</c>.</param>
    /// <param name="chance">Where the vector comes from; a wrong product passes with a chance of 2^-32 at most.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsProduct(ReadOnlySpan<byte> output, Random chance)
    {
        if (output.Length != 4 * Rows * Rows) return false;
        ReadOnlySpan<float> product = MemoryMarshal.Cast<byte, float>(output);
        long[] vector = new long[Rows], inner = new long[Rows];
        for (int i = 0; i < Rows; i++) vector[i] = chance.NextInt64(1L << 32);
        for (int y = 0; y < Rows; y++)
        {
            for (int x = 0; x < Rows; x++) inner[y] += Entry(RightSeed, (y * Rows) + x) * vector[x];
        }

        for (int y = 0; y < Rows; y++)
        {
            Int128 ours = 0, theirs = 0;
            for (int x = 0; x < Rows; x++)
            {
                float entry = product[(y * Rows) + x];
                if (entry != (int)entry) return false;
                ours += (Int128)Entry(LeftSeed, (y * Rows) + x) * inner[x];
                theirs += (Int128)(int)entry * vector[x];
            }

            if (ours != theirs) return false;
        }

        return true;
    }

    /// <summary>Whether these are samples of the sum.</summary>
    /// <param name="output">The output <c>samples</c>.</param>
    /// <param name="items">Numbers in each vector.</param>
    /// <returns>Whether they are.</returns>
    public static bool AreSamples(ReadOnlySpan<byte> output, uint items)
    {
        ReadOnlySpan<float> samples = MemoryMarshal.Cast<byte, float>(output);
        for (int i = 0; i < samples.Length; i++)
        {
            int at = (int)(Mix((uint)i) % items);
            if (samples[i] != Entry(LeftSeed, at) + (3 * Entry(RightSeed, at))) return false;
        }

        return samples.Length == Samples;
    }

    private static GpuLaunch Fill(int buffer, ulong items, int seed)
        => new("fill", [items], [], [GpuArgument.Buffer(buffer), GpuArgument.Scalar(seed)]) { When = GpuWhen.First };

    private static int Entry(int seed, int at) => (int)(Mix(unchecked(((uint)seed * 0x9e3779b9U) + (uint)at)) & 15) - 8;

    private static uint Mix(uint x)
    {
        unchecked
        {
            x = (x ^ (x >> 16)) * 0x7feb352dU;
            x = (x ^ (x >> 15)) * 0x846ca68bU;
            return x ^ (x >> 16);
        }
    }
}
