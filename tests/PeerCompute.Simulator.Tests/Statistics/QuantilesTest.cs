// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Statistics;

namespace PeerCompute.Simulator.Tests.Statistics;

[TestFixture]
internal sealed class QuantilesTest
{
    /// <summary>The same as numpy.percentile of NumPy 1.24, whose default is type 7 too.</summary>
    [TestCase(0, 15)]
    [TestCase(0.05, 16)]
    [TestCase(0.3, 23)]
    [TestCase(0.4, 29)]
    [TestCase(0.5, 35)]
    [TestCase(0.95, 48)]
    [TestCase(1, 50)]
    public void They_are_those_of_another_program(double p, double expected)
        => Assert.That(Quantiles.Of([15.0, 20.0, 35.0, 40.0, 50.0], p), Is.EqualTo(expected).Within(1e-12));

    [Test]
    public void A_99th_percentile_needs_ten_thousand_values()
    {
        Assert.That(Summary.Of(Enumerable.Range(0, 9_999).Select(static i => (double)i))!.P99, Is.Null);
        var all = Summary.Of(Enumerable.Range(0, 10_001).Reverse().Select(static i => (double)i))!;
        Assert.That((all.N, all.Mean, all.P50, all.P99, all.Max), Is.EqualTo((10_001, 5_000.0, 5_000.0, 9_900.0, 10_000.0)));
        Assert.That(Summary.Of([]), Is.Null);
    }
}
