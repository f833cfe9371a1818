// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Statistics;

/// <summary>The standard normal distribution.</summary>
public static class Normal
{
    private const double Far = 8;

    /// <summary>Share below a value, to about 1e-15 (the series of Marsaglia, Evaluating the Normal Distribution, 2004).</summary>
    /// <param name="x">The value; NaN gives NaN.</param>
    public static double Share(double x)
    {
        if (double.IsNaN(x)) return x;
        if (x < -Far) return 0;
        if (x > Far) return 1;
        var (sum, term, odd) = (x, x, 1.0);
        while (sum + term != sum || odd < 3)
        {
            odd += 2;
            term *= x * x / odd;
            if (term == 0) break;
            sum += term;
        }

        return 0.5 + (sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
    }

    /// <summary>The value that a share lies below: the inverse of <see cref="Share"/>, by bisection.</summary>
    /// <param name="p">Above 0 and below 1; what lies beyond 8 standard deviations comes out as 8.</param>
    public static double Quantile(double p)
    {
        var (low, high) = (-Far, Far);
        while (true)
        {
            var middle = (low + high) / 2;
            if (middle <= low || middle >= high) return middle;
            if (Share(middle) < p) low = middle;
            else high = middle;
        }
    }
}
