// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Overlays;

/// <summary>Exact quantiles: the value of the given rank, without interpolation.</summary>
internal static class TimeRanks
{
    /// <summary>A quantile of sorted values.</summary>
    /// <param name="sorted">Ascending.</param>
    /// <param name="permille">Thousandths, up to 1000.</param>
    /// <returns>The least value that so many are not above; 0 of none.</returns>
    public static int Of(List<int> sorted, int permille)
    {
        if (sorted.Count == 0) return 0;
        var rank = ((long)sorted.Count * permille + 999) / 1000;
        return sorted[(int)Math.Clamp(rank - 1, 0, sorted.Count - 1)];
    }

    /// <summary>Share of sorted values that are not above a bound.</summary>
    public static double ShareUpTo(List<int> sorted, int bound)
    {
        if (sorted.Count == 0) return 0;
        var at = sorted.BinarySearch(bound + 1);
        if (at < 0) at = ~at;
        while (at > 0 && sorted[at - 1] > bound) at--;
        return (double)at / sorted.Count;
    }

    public static double Mean(List<int> values)
    {
        long sum = 0;
        foreach (var value in values) sum += value;
        return values.Count == 0 ? 0 : (double)sum / values.Count;
    }
}
