// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;

namespace PeerCompute.Execution.Gpu;

/// <summary>How fast bytes go from the host's memory to a device's and back, by ordinary memory as programs have it.</summary>
/// <param name="ToBytes">Bytes per second to the device.</param>
/// <param name="FromBytes">Bytes per second from the device.</param>
public sealed record GpuLink(ulong ToBytes, ulong FromBytes)
{
    /// <summary>Bytes of one copy: far more than the caches of a processor, a small part of any card.</summary>
    private const int Block = 32 << 20;

    /// <summary>Copies at least, and at most: the best one counts, as others only take time away.</summary>
    private const int Least = 4, Most = 64;

    /// <summary>How long is measured, as long as there were the least copies.</summary>
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(300);

    /// <summary>Measures, in the child.</summary>
    /// <param name="device">The device.</param>
    /// <exception cref="GpuException">The driver fails, or what comes back is not what went there.</exception>
    internal static GpuLink Measure(IGpuDevice device)
    {
        byte[] there = GC.AllocateUninitializedArray<byte>(Block), back = new byte[Block];
        new Random(1).NextBytes(there);
        nint buffer = device.Zeros(Block);
        (long to, long from) = (long.MaxValue, long.MaxValue);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Most && (i < Least || Stopwatch.GetElapsedTime(start) < Length); i++)
        {
            long begin = Stopwatch.GetTimestamp();
            device.Write(buffer, 0, there);
            device.Finish();
            long middle = Stopwatch.GetTimestamp();
            device.Read(buffer, 0, back);
            (to, from) = (Math.Min(to, middle - begin), Math.Min(from, Stopwatch.GetTimestamp() - middle));
        }

        if (!back.AsSpan().SequenceEqual(there)) throw new GpuException(GpuFault.Driver, "what comes back from the device is not what was copied there");
        return new GpuLink(Rate(to), Rate(from));
    }

    /// <summary>Reads what the child said last.</summary>
    /// <param name="errors">The end of standard error.</param>
    /// <returns>The figures; null where there are none.</returns>
    internal static GpuLink? Read(string errors)
        => errors.TrimEnd('\n').Split('\n')[^1].Split(' ') is ["to", var to, "byte/s,", "from", var from, "byte/s"]
            && ulong.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out ulong a)
            && ulong.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out ulong b) ? new GpuLink(a, b) : null;

    /// <summary>The line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"to {ToBytes} byte/s, from {FromBytes} byte/s");

    private static ulong Rate(long ticks) => (ulong)((Int128)Block * Stopwatch.Frequency / Math.Max(1, ticks));
}
