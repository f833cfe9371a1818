// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;

namespace PeerCompute.Simulator.Statistics;

/// <summary>
/// Intervals of 95 % for means and their differences by resampling, bias-corrected and accelerated (Efron, Better Bootstrap Confidence Intervals, 1987).
/// The generator is seeded with a constant: the same sample gives the same interval.
/// </summary>
public static class Bootstrap
{
    /// <summary>Resamples of one interval.</summary>
    public const int Resamples = 9_999;

    /// <summary>Fewest values of which an interval is told.</summary>
    public const int LeastValues = 3;

    /// <summary>Share of the intervals that hold the true value, nearly: of small samples somewhat fewer do.</summary>
    public const double Confidence = 0.95;

    private const ulong Seed = 20240229;

    /// <summary>The mean of a sample.</summary>
    /// <param name="sample">At least one value.</param>
    /// <returns>The mean with its interval, whose ends are NaN where the sample has fewer than <see cref="LeastValues"/> values.</returns>
    public static Interval Mean(IReadOnlyList<double> sample) => Of([.. sample], []);

    /// <summary>The mean of a sample less that of another one that is independent of it.</summary>
    /// <param name="a">At least one value.</param>
    /// <param name="b">The other, at least one value.</param>
    public static Interval Difference(IReadOnlyList<double> a, IReadOnlyList<double> b) => Of([.. a], [.. b]);

    private static Interval Of(double[] a, double[] b)
    {
        var value = Average(a) - Average(b);
        if (a.Length < LeastValues || b.Length is > 0 and < LeastValues) return new Interval(value, double.NaN, double.NaN);
        var choices = new Choices(Seed);
        var drawn = new double[Resamples];
        for (var i = 0; i < drawn.Length; i++) drawn[i] = Resampled(a, choices) - Resampled(b, choices);
        Array.Sort(drawn);
        if (drawn[0] == drawn[^1]) return new Interval(value, drawn[0], drawn[^1]);

        var (below, equal) = (drawn.Count(d => d < value), drawn.Count(d => d == value));
        var bias = Normal.Quantile((below + (equal / 2.0)) / drawn.Length);
        var acceleration = Acceleration(a, b);
        double End(double p)
        {
            var z = bias + Normal.Quantile(p);
            return Quantiles.Of(drawn, Normal.Share(bias + (z / (1 - (acceleration * z)))));
        }

        return new Interval(value, End((1 - Confidence) / 2), End((1 + Confidence) / 2));
    }

    /// <summary>A sixth of the skewness of the estimate, from the influence of each value (the jackknife).</summary>
    private static double Acceleration(double[] a, double[] b)
    {
        var (squares, cubes) = (0.0, 0.0);
        foreach (var (sample, sign) in new[] { (a, 1), (b, -1) })
        {
            var mean = Average(sample);
            foreach (var value in sample)
            {
                var influence = sign * (value - mean) / sample.Length;
                squares += influence * influence;
                cubes += influence * influence * influence;
            }
        }

        var skewness = cubes / Math.Pow(squares, 1.5);
        return double.IsFinite(skewness) ? skewness / 6 : 0; // none where the squares are too small to be told from 0
    }

    private static double Resampled(double[] sample, Choices choices)
    {
        if (sample.Length == 0) return 0;
        var sum = 0.0;
        for (var i = 0; i < sample.Length; i++) sum += sample[choices.Below(sample.Length)];
        return sum / sample.Length;
    }

    private static double Average(double[] sample) => sample.Length == 0 ? 0 : sample.Sum() / sample.Length;
}
