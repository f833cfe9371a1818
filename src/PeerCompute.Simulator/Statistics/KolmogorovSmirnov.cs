// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Statistics;

/// <summary>The two-sample test of Kolmogorov and Smirnov: how far two distributions are apart, and how often chance alone sets them so far.</summary>
/// <param name="Distance">Largest difference of the two distribution functions, 0 to 1.</param>
/// <param name="PValue">How often independent samples of one distribution are at least as far apart; too large where values repeat.</param>
public sealed record KolmogorovSmirnov(double Distance, double PValue)
{
    /// <summary>Up to this product of the sizes the p-value is exact, above it the limit for large samples.</summary>
    private const long ExactMost = 1_000_000;

    /// <summary>Tests two samples.</summary>
    /// <param name="a">At least one value.</param>
    /// <param name="b">At least one value.</param>
    public static KolmogorovSmirnov Of(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        ArgumentOutOfRangeException.ThrowIfZero(a.Count, nameof(a));
        ArgumentOutOfRangeException.ThrowIfZero(b.Count, nameof(b));
        var (x, y) = (a.Order().ToArray(), b.Order().ToArray());
        long far = 0;
        for (int i = 0, j = 0; i < x.Length && j < y.Length;)
        {
            var value = Math.Min(x[i], y[j]);
            while (i < x.Length && x[i] == value) i++;
            while (j < y.Length && y[j] == value) j++;
            far = Math.Max(far, Math.Abs(((long)i * y.Length) - ((long)j * x.Length)));
        }

        var product = (long)x.Length * y.Length;
        var p = product <= ExactMost ? Exact(x.Length, y.Length, far) : Limit(x.Length, y.Length, (double)far / product);
        return new KolmogorovSmirnov((double)far / product, p);
    }

    /// <summary>
    /// Counts lattice paths from (0, 0) to (n, m) that stay nearer to the diagonal than the samples did, as shares of all paths (Hodges, 1958). Distances are
    /// whole numbers, in units of 1/(n m).
    /// </summary>
    private static double Exact(int n, int m, long far)
    {
        if (far == 0) return 1;
        var inside = new double[m + 1];
        for (var i = 0; i <= n; i++)
        {
            for (var j = 0; j <= m; j++)
            {
                // Of the paths to (i, j), a share of i/(i+j) comes from (i-1, j) and one of j/(i+j) from (i, j-1).
                if (Math.Abs(((long)i * m) - ((long)j * n)) >= far) inside[j] = 0;
                else if (i + j == 0) inside[j] = 1;
                else inside[j] = ((i > 0 ? i * inside[j] : 0) + (j > 0 ? j * inside[j - 1] : 0)) / (i + j);
            }
        }

        return Math.Clamp(1 - inside[m], 0, 1);
    }

    /// <summary>Kolmogorov's distribution, with the correction of Stephens (Use of the Kolmogorov-Smirnov Statistics Without Extensive Tables, 1970).</summary>
    private static double Limit(int n, int m, double distance)
    {
        var root = Math.Sqrt((double)n * m / (n + m));
        return Tail((root + 0.12 + (0.11 / root)) * distance);
    }

    /// <summary>How often Kolmogorov's statistic is above a value.</summary>
    /// <param name="x">The value.</param>
    internal static double Tail(double x)
    {
        if (x < 0.2) return 1;
        var (sum, sign) = (0.0, 1);
        for (var k = 1; k <= 100; k++, sign = -sign) sum += sign * Math.Exp(-2.0 * k * k * x * x);
        return Math.Clamp(2 * sum, 0, 1);
    }
}
