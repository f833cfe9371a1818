// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Statistics;

/// <summary>Quantiles of a sample, interpolated between its values: type 7 of Hyndman and Fan, Sample Quantiles in Statistical Packages (1996).</summary>
public static class Quantiles
{
    /// <summary>Fewest values for which a 99th percentile is told: fewer have less than a hundred above it.</summary>
    public const int LeastForP99 = 10_000;

    /// <summary>One quantile.</summary>
    /// <param name="sorted">The sample, ascending, at least one value.</param>
    /// <param name="p">From 0 to 1.</param>
    /// <returns>The value that a share of <paramref name="p"/> lies below.</returns>
    public static double Of(IReadOnlyList<double> sorted, double p)
    {
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Count, nameof(sorted));
        var at = Math.Clamp(p, 0, 1) * (sorted.Count - 1);
        var below = (int)at;
        return below == sorted.Count - 1 ? sorted[below] : sorted[below] + ((at - below) * (sorted[below + 1] - sorted[below]));
    }
}
