// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace PeerCompute.Execution.Gpu;

/// <summary>How long the kernels of a task took, as its child says in the last line of standard error. Nothing is paid by it.</summary>
/// <param name="FirstMicros">The first round, in which drivers still compile, microseconds.</param>
/// <param name="RestMicros">The other rounds together, microseconds.</param>
public sealed record GpuTimes(long FirstMicros, long RestMicros)
{
    /// <summary>Reads the line.</summary>
    /// <param name="errors">The end of standard error.</param>
    /// <returns>The times; null where there is no such line.</returns>
    public static GpuTimes? Read(string errors)
        => errors.TrimEnd('\n').Split('\n')[^1].Split(' ') is ["first", var first, "us,", "rest", var rest, "us"]
            && long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out long a)
            && long.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out long b) ? new GpuTimes(a, b) : null;

    /// <summary>The line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"first {FirstMicros} us, rest {RestMicros} us");
}
