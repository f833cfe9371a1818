// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Statistics;

namespace PeerCompute.Simulator.Tests.Statistics;

[TestFixture]
internal sealed class KolmogorovSmirnovTest
{
    private static readonly double[] A =
    [
        0.61, 0.29, 0.06, 0.59, -1.73, -0.74, 0.51, -0.56, 0.39, 1.64, 0.05, -0.06, 0.64, -0.82, 0.37, 1.77, 1.09, -1.28, 2.36, 1.31, 1.05, -0.32, -0.40, 1.06,
        -2.47,
    ];

    private static readonly double[] B =
        [2.20, 1.66, 1.38, 0.20, 0.36, 0.00, 0.96, 1.56, 0.44, 1.50, -0.30, 0.66, 2.31, 3.29, -0.27, -0.37, 0.38, 0.70, 0.52, -0.71];

    /// <summary>scipy.stats.ks_2samp of SciPy 1.10, method exact.</summary>
    [Test]
    public void Distances_and_exact_p_values_are_those_of_another_program()
    {
        Check(A, B, 0.23, 0.5286364448145011);
        Check([1, 2, 3], [4, 5, 6], 1, 0.1);
        Check([1, 2, 3, 4], [2.5, 3.5, 4.5], 0.5, 0.6571428571428571);
        Check([1, 2, 2, 3], [2, 2, 3, 4, 5], 0.4, 0.7460317460317459);
        Check(B, B, 0, 1);
    }

    /// <summary>The same function on two samples of 2 000: exact 0.16077, by its limit 0.15698.</summary>
    [Test]
    public void Large_samples_have_the_p_value_of_the_limit()
    {
        var x = Enumerable.Range(1, 2000).Select(static i => i / 2001.0).ToArray();
        var found = KolmogorovSmirnov.Of(x, [.. x.Select(static v => Math.Pow(v, 1.1))]);
        Assert.That(found.Distance, Is.EqualTo(0.0355).Within(1e-9));
        Assert.That(found.PValue, Is.EqualTo(0.1585).Within(0.003));
    }

    /// <summary>The critical values of Smirnov's table (1948).</summary>
    [TestCase(1.2238, 0.10)]
    [TestCase(1.3581, 0.05)]
    [TestCase(1.6276, 0.01)]
    public void The_limit_has_the_critical_values_of_the_table(double x, double p)
        => Assert.That(KolmogorovSmirnov.Tail(x), Is.EqualTo(p).Within(3e-5));

    private static void Check(double[] a, double[] b, double distance, double p)
    {
        foreach (var found in new[] { KolmogorovSmirnov.Of(a, b), KolmogorovSmirnov.Of(b, a) })
        {
            Assert.That(found.Distance, Is.EqualTo(distance).Within(1e-12));
            Assert.That(found.PValue, Is.EqualTo(p).Within(1e-9));
        }
    }
}
