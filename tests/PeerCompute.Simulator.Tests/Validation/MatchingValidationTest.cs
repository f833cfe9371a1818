// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Matching;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Tests.Validation;

/// <summary>The baselines of matching against theory and figures that others published; docs/simulator-validation.md has the sources.</summary>
[TestFixture]
[CancelAfter(1_200_000)]
internal sealed class MatchingValidationTest
{
    /// <summary>Loads of n balls in n bins: their evenness to 0.003 in the mean, and for the most one of the values that were seen.</summary>
    [TestCase(1, 10, 0.500, 6, 8)]
    [TestCase(2, 3, 0.669, 3, 4)]
    [TestCase(3, 3, 0.738, 3, 3)]
    [TestCase(4, 3, 0.780, 2, 3)]
    public void T16_the_power_of_choices_evens_balls_in_bins(int probes, int seeds, double jain, int least, int most)
    {
        var figures = Of("T16", seeds, ("probe_ratio", probes));
        Assert.That(Mean(figures, "placed_jain"), Is.EqualTo(jain).Within(0.003));
        Assert.That(figures.Select(static f => f["placed_most"]), Is.All.InRange(least, most));
    }

    /// <summary>The same with nine times as many: the bounds of the largest load are those seen for a million, or one less.</summary>
    [TestCase(1, 0.500, 7, 11, Category = "Long")]
    [TestCase(2, 0.669, 3, 4, Category = "Long")]
    [TestCase(3, 0.738, 3, 3, Category = "Long")]
    public void T16_holds_for_ninety_thousand(int probes, double jain, int least, int most)
    {
        var figures = Of("T16", 1, ("probe_ratio", probes), ("bins", 90_000));
        Assert.That(Mean(figures, "placed_jain"), Is.EqualTo(jain).Within(0.003));
        Assert.That(figures[0]["placed_most"], Is.InRange(least, most));
    }

    /// <summary>A thousand queues, 0.9 of what they can: the mean time of sum(0.9^(2^i - 2)), in milliseconds.</summary>
    [TestCase(1, 200_000)]
    [TestCase(5, 200_000, Category = "Long")]
    public void T17_the_supermarket_with_two_choices_takes_2614(int seeds, int jobs)
        => Assert.That(Mean(Of("T17", seeds, ("jobs", jobs)), "response_mean_ms"), Is.EqualTo(2614).Within(2).Percent);

    [TestCase(1, 2000)]
    [TestCase(3, 10_000, Category = "Long")]
    public void T18_late_binding_is_near_the_ideal_and_the_others_stand_in_their_order(int seeds, int jobs)
    {
        double[] medians = [.. new[] { "ideal", "sparrow", "batch", "choices", "random" }
            .Select(kind => Mean(Of("T18", seeds, ("matching", kind), ("jobs", jobs)), "response_p50_ms"))];
        Assert.That(medians[1] / medians[0], Is.LessThanOrEqualTo(1.15));
        Assert.That(medians, Is.Ordered.Ascending);
    }

    private static Dictionary<string, double>[] Of(string name, int seeds, params (string Name, object Value)[] parameters)
    {
        var given = parameters.ToDictionary(static p => p.Name, static p => p.Value.ToString()!);
        var scenario = ScenarioReader.ReadFile(Path.Combine(Lab.Root, "docs", "studies", "validation", name + ".yaml"), given);
        return [.. Enumerable.Range(1, seeds)
            .Select(seed => new MatchingRun(scenario, (ulong)seed).Run().Figures.ToDictionary(static f => f.Name, static f => f.Value))];
    }

    private static double Mean(Dictionary<string, double>[] figures, string name)
    {
        TestContext.Out.WriteLine($"{name}: {string.Join(", ", figures.Select(f => f[name].ToString("0.####")))}");
        return figures.Average(f => f[name]);
    }
}
