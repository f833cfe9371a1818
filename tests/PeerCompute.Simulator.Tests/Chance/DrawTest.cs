// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Tests.Chance;

[TestFixture]
internal sealed class DrawTest
{
    private const long Minute = 60_000_000;

    [Test]
    public void Logarithm_exponential_and_power_agree_with_the_C_librarys()
    {
        var chance = Draw.Stream(7, "numbers");
        for (var i = 0; i < 20_000; i++)
        {
            var x = Math.Exp(((double)chance.Between(-500_000, 500_000)) / 1000);
            Assert.That(PortableMath.Ln(x), Is.EqualTo(Math.Log(x)).Within(1e-13 * Math.Max(1, Math.Abs(Math.Log(x)))), $"ln {x:R}");
            var y = (double)chance.Between(-700_000, 700_000) / 1000;
            Assert.That(PortableMath.Exp(y) / Math.Exp(y), Is.EqualTo(1).Within(1e-13 * Math.Max(1, Math.Abs(y))), $"exp {y:R}");
        }

        Assert.That(PortableMath.Pow(2, 10), Is.EqualTo(1024).Within(1e-9));
    }

    /// <summary>Published sessions (Stutzbach and Rejaie, 2006): the median is scale times ln(2)^(1/k), the mean scale times Gamma(1 + 1/k).</summary>
    [TestCase(380, 42.4, 16.2, 163)]
    [TestCase(340, 21.3, 7.2, 119)]
    [TestCase(590, 41.9, 22.5, 64)]
    public void Weibull_lives_have_the_median_and_the_mean_of_their_formula(int shape, double scale, double median, double mean)
    {
        var chance = Draw.Stream(3, "lives");
        var lives = new long[200_000];
        for (var i = 0; i < lives.Length; i++) lives[i] = chance.Weibull(shape, (long)(scale * Minute), long.MaxValue);
        Array.Sort(lives);
        Assert.That((double)lives[lives.Length / 2] / Minute, Is.EqualTo(median).Within(2).Percent);
        Assert.That(lives.Average() / Minute, Is.EqualTo(mean).Within(5).Percent);
    }

    [Test]
    public void Jobs_come_in_bursts_and_by_the_hours_of_a_day()
    {
        var hours = new int[24];
        (hours[3], hours[15]) = (1, 3);
        var arrivals = new Arrivals(new JobPlan { Count = 0, EveryMicros = Minute, Burst = 2, Hours = [.. hours] }, Draw.Stream(5, "arrivals"));
        var counts = new int[24];
        long last = 0;
        for (var i = 0; i < 4000; i += 2)
        {
            var (first, second) = (arrivals.Next(), arrivals.Next());
            Assert.That(second, Is.GreaterThanOrEqualTo(first));
            Assert.That(first, Is.GreaterThanOrEqualTo(last));
            counts[first / (60 * Minute) % 24]++;
            last = second;
        }

        Assert.That(counts[3] + counts[15], Is.EqualTo(2000));
        // Three times as busy: a binomial share of 3/4, five standard deviations of 2 000 draws are 97.
        Assert.That(counts[15], Is.EqualTo(1500).Within(97));
    }
}
