// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Reports.Charts;

namespace PeerCompute.Simulator.Tests.Reports.Charts;

[TestFixture]
internal sealed class AxisTest
{
    [TestCase(0, 7.3, "0 2 4 6 8")]
    [TestCase(0, 0.83, "0 0.2 0.4 0.6 0.8 1.0")]
    [TestCase(0, 41_000, "0 10k 20k 30k 40k 50k")]
    [TestCase(0, 12_500_000, "0 5M 10M 15M")]
    [TestCase(-3, 4, "-4 -2 0 2 4")]
    [TestCase(5, 5, "0 2 4 6 8")]
    [TestCase(0, 0, "0 0.2 0.4 0.6 0.8 1.0")]
    public void Even_steps_hold_all_values_and_are_told_shortly(double least, double most, string ticks)
    {
        var axis = Axis.Even(least, most, 5);
        Assert.That(string.Join(' ', axis.Ticks.Select(static t => t.Text)), Is.EqualTo(ticks));
        Assert.That(axis.At(least), Is.InRange(0, 1));
        Assert.That(axis.At(most), Is.InRange(0, 1));
    }

    [Test]
    public void A_tight_axis_ends_with_its_values()
    {
        var axis = Axis.Even(0, 12, 8, tight: true);
        Assert.That((axis.At(0), axis.At(12)), Is.EqualTo((0.0, 1.0)));
        Assert.That(axis.Ticks.Select(static t => t.Text), Is.EqualTo((string[])["0", "2", "4", "6", "8", "10", "12"]));
    }

    [TestCase(0.02, 0.5, "0.01 0.02 0.05 0.1 0.2 0.5 1")]
    [TestCase(1, 100_000, "1 10 100 1000 10k 100k")]
    public void Powers_are_told_with_what_lies_between_where_they_are_few(double least, double most, string ticks)
    {
        var axis = Axis.Powers(least, most);
        Assert.That(string.Join(' ', axis.Ticks.Select(static t => t.Text)), Is.EqualTo(ticks));
        Assert.That(axis.At(axis.Ticks[0].Value), Is.EqualTo(0).Within(1e-9));
        Assert.That(axis.At(axis.Ticks[^1].Value), Is.EqualTo(1).Within(1e-9));
    }
}
