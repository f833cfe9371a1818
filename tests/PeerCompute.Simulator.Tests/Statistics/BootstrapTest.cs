// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Simulator.Statistics;

namespace PeerCompute.Simulator.Tests.Statistics;

[TestFixture]
internal sealed class BootstrapTest
{
    private static readonly double[] Skewed = [10.21, 11.53, 9.84, 14.17, 10.92, 12.26, 25.03, 11.18, 10.45, 13.37];
    private static readonly double[] Small = [0.3131, 0.1272, -0.2115, 0.4027, 0.2583, 0.0491, 0.6177, 0.1518];

    /// <summary>scipy.stats.bootstrap of SciPy 1.10, method BCa, 300 000 resamples.</summary>
    [Test]
    public void Intervals_are_those_of_another_program()
    {
        var skewed = Bootstrap.Mean(Skewed);
        Assert.That((skewed.Value, skewed.Low, skewed.High), Is.EqualTo((12.896, 11.221, 17.52)).Within(0.15));
        var small = Bootstrap.Mean(Small);
        Assert.That((small.Low, small.High), Is.EqualTo((0.0492, 0.3712)).Within(0.01));
        var two = Bootstrap.Difference(Skewed, [.. Small.Select(static v => v * 10)]);
        Assert.That((two.Low, two.High), Is.EqualTo((8.49, 15.199)).Within(0.15));
        Assert.That((two.ExcludesZero, Bootstrap.Difference(Small, Small).ExcludesZero), Is.EqualTo((true, false)));
    }

    [Test]
    public void The_same_sample_gives_the_same_interval() => Assert.That(Bootstrap.Mean(Skewed), Is.EqualTo(Bootstrap.Mean(Skewed)));

    [Test]
    public void Very_small_values_have_an_interval()
    {
        var tiny = Bootstrap.Mean([.. Skewed.Select(static v => v * 1e-110)]);
        Assert.That(tiny.Low < tiny.Value && tiny.Value < tiny.High, Is.True);
    }

    [Test]
    public void Few_values_have_no_interval_and_equal_ones_one_of_no_width()
    {
        Assert.That(Bootstrap.Mean([1, 3]), Is.EqualTo(new Interval(2, double.NaN, double.NaN)));
        Assert.That(Bootstrap.Mean([4, 4, 4, 4]), Is.EqualTo(new Interval(4, 4, 4)));
    }

    /// <summary>Of 95 % intervals of the mean of twenty uniform values about 93 in a hundred hold the true one. The generator is seeded.</summary>
    [Test]
    public void Most_intervals_hold_the_true_mean()
    {
        var choices = new Choices(7);
        var held = 0;
        for (var i = 0; i < 100; i++)
        {
            var sample = Enumerable.Range(0, 20).Select(_ => (choices.Next() >> 11) / (double)(1UL << 53)).ToArray();
            var interval = Bootstrap.Mean(sample);
            held += interval.Low <= 0.5 && 0.5 <= interval.High ? 1 : 0;
        }

        Assert.That(held, Is.InRange(85, 100));
    }
}
