// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Statistics;

/// <summary>A sample in a few figures.</summary>
/// <param name="N">Values.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="P50">Median.</param>
/// <param name="P95">95th percentile.</param>
/// <param name="P99">99th percentile; null below <see cref="Quantiles.LeastForP99"/> values.</param>
/// <param name="Max">The largest.</param>
public sealed record Summary(int N, double Mean, double P50, double P95, double? P99, double Max)
{
    /// <summary>The figures of a sample.</summary>
    /// <param name="sample">Values in any order.</param>
    /// <returns>Null for an empty sample.</returns>
    public static Summary? Of(IEnumerable<double> sample)
    {
        var sorted = sample.Order().ToArray();
        if (sorted.Length == 0) return null;
        return new Summary(
            sorted.Length, sorted.Average(), Quantiles.Of(sorted, 0.5), Quantiles.Of(sorted, 0.95),
            sorted.Length < Quantiles.LeastForP99 ? null : Quantiles.Of(sorted, 0.99), sorted[^1]);
    }
}
