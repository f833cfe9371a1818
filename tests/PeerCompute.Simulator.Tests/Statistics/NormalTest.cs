// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Statistics;

namespace PeerCompute.Simulator.Tests.Statistics;

[TestFixture]
internal sealed class NormalTest
{
    /// <summary>Values of scipy.stats.norm, SciPy 1.10.</summary>
    [TestCase(-3, 0.0013498980316300933)]
    [TestCase(-1.96, 0.024997895148220435)]
    [TestCase(-0.5, 0.3085375387259869)]
    [TestCase(0, 0.5)]
    [TestCase(1, 0.8413447460685429)]
    [TestCase(2.5, 0.9937903346742238)]
    public void Shares_and_quantiles_are_those_of_another_program(double x, double share)
    {
        Assert.That(Normal.Share(x), Is.EqualTo(share).Within(1e-14));
        Assert.That(Normal.Quantile(share), Is.EqualTo(x).Within(1e-12));
    }

    [Test]
    public void The_ends_are_flat()
    {
        Assert.That((Normal.Share(-50), Normal.Share(50)), Is.EqualTo((0.0, 1.0)));
        Assert.That(Normal.Share(double.NaN), Is.NaN);
        Assert.That((Normal.Quantile(0), Normal.Quantile(1)), Is.EqualTo((-8.0, 8.0)).Within(1e-9));
    }
}
