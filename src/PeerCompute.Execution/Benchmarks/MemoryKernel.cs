// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace PeerCompute.Execution.Benchmarks;

/// <summary>Measures the host's memory: a copy between two pieces that no cache holds, on one core. Bytes read and written count, as in McCalpin's
/// STREAM.</summary>
internal static class MemoryKernel
{
    private const int Block = 32 << 20;
    private const int Least = 3;
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(100);

    /// <summary>Measures on the calling thread for about 0.1 s; longer on a busy machine.</summary>
    /// <returns>Bytes per second: the best copy, since other programs only slow it down.</returns>
    public static ulong Measure()
    {
        byte[] from = new byte[Block], to = new byte[Block];
        from.AsSpan().Fill(1);
        long best = long.MaxValue, start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Least || Stopwatch.GetElapsedTime(start) < Length; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            from.AsSpan().CopyTo(to);
            if (i > 0) best = Math.Min(best, Stopwatch.GetTimestamp() - begin); // pages of the first copy are still to be made
        }

        return (ulong)(2 * (Int128)Block * Stopwatch.Frequency / Math.Max(1, best));
    }
}
