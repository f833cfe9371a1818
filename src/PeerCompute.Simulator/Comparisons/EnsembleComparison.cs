// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Statistics;

namespace PeerCompute.Simulator.Comparisons;

/// <summary>One number of the manifests, on both sides.</summary>
/// <param name="Name">Its name.</param>
/// <param name="CountA">Runs of the first side that have it.</param>
/// <param name="CountB">Runs of the second side that have it.</param>
/// <param name="MeanA">Mean of the first side.</param>
/// <param name="MeanB">Mean of the second side.</param>
/// <param name="Paired">Pairs of runs with one seed; 0 where the sides are taken as independent.</param>
/// <param name="Difference">Second side less the first; its interval has NaN for ends where there are too few runs.</param>
/// <param name="Same">Whether no pair differs; where the sides are independent, no two runs at all.</param>
public sealed record MetricComparison(string Name, int CountA, int CountB, double MeanA, double MeanB, int Paired, Interval Difference, bool Same);

/// <summary>One distribution, on both sides.</summary>
/// <param name="Name">Its name with its unit.</param>
/// <param name="CountA">Values of the first side.</param>
/// <param name="CountB">Values of the second side.</param>
/// <param name="Test">How far they are apart.</param>
public sealed record DistributionComparison(string Name, int CountA, int CountB, KolmogorovSmirnov Test);

/// <summary>What two sides have in one point.</summary>
/// <param name="Label">The point in words; empty where nothing is varied.</param>
/// <param name="Metrics">Numbers that both have.</param>
/// <param name="Distributions">Distributions that both have.</param>
public sealed record PointComparison(string Label, IReadOnlyList<MetricComparison> Metrics, IReadOnlyList<DistributionComparison> Distributions);

/// <summary>Two runs or sweeps, compared point by point.</summary>
/// <param name="Points">Points that both have; where each has but one, these two, whatever their parameters are.</param>
/// <param name="OnlyA">Points of the first alone.</param>
/// <param name="OnlyB">Points of the second alone.</param>
public sealed record EnsembleComparison(IReadOnlyList<PointComparison> Points, IReadOnlyList<string> OnlyA, IReadOnlyList<string> OnlyB)
{
    private static readonly string[] NotOfTheModel = ["wallSeconds", "peakBytes"];

    /// <summary>Compares.</summary>
    /// <param name="a">The first side.</param>
    /// <param name="b">The second side; differences are its values less the first's.</param>
    public static EnsembleComparison Of(Ensemble a, Ensemble b)
    {
        if (a.Points.Count == 1 && b.Points.Count == 1)
        {
            var (one, other) = (a.Points[0].Point.Label, b.Points[0].Point.Label);
            return new EnsembleComparison([Compare(one == other ? one : $"{one} against {other}", a.Points[0], b.Points[0])], [], []);
        }

        var seconds = b.Points.ToDictionary(static p => p.Point.Label, StringComparer.Ordinal);
        return new EnsembleComparison(
            [.. a.Points.Where(p => seconds.ContainsKey(p.Point.Label)).Select(p => Compare(p.Point.Label, p, seconds[p.Point.Label]))],
            [.. a.Points.Select(static p => p.Point.Label).Where(label => !seconds.ContainsKey(label))],
            [.. seconds.Keys.Where(label => a.Points.All(p => p.Point.Label != label))]);
    }

    private static PointComparison Compare(string label, PointRuns a, PointRuns b)
    {
        var names = a.Runs.SelectMany(static r => r.Scalars.Keys).Intersect(b.Runs.SelectMany(static r => r.Scalars.Keys));
        var metrics = names.Except(NotOfTheModel).Order(StringComparer.Ordinal).Select(name => Metric(name, a, b));
        var distributions = new List<DistributionComparison>();
        if (a.Responses() is { Length: > 0 } x && b.Responses() is { Length: > 0 } y)
            distributions.Add(new DistributionComparison("job response, s", x.Length, y.Length, KolmogorovSmirnov.Of(x, y)));
        return new PointComparison(label, [.. metrics], distributions);
    }

    /// <summary>Where every run of one side has one of the same seed on the other, chance that both share falls out of the differences.</summary>
    private static MetricComparison Metric(string name, PointRuns a, PointRuns b)
    {
        var (first, second) = (BySeed(name, a), BySeed(name, b));
        var (x, y) = (a.Values(name), b.Values(name));
        if (first.Count == second.Count && first.Keys.All(second.ContainsKey))
        {
            var differences = first.Select(one => second[one.Key] - one.Value).ToArray();
            var none = differences.All(static d => d == 0);
            return new MetricComparison(name, x.Length, y.Length, x.Average(), y.Average(), differences.Length, Bootstrap.Mean(differences), none);
        }

        return new MetricComparison(name, x.Length, y.Length, x.Average(), y.Average(), 0, Bootstrap.Difference(y, x), x.Concat(y).Distinct().Count() == 1);
    }

    private static SortedDictionary<ulong, double> BySeed(string name, PointRuns point)
        => new(point.Runs.Where(run => run.Scalars.ContainsKey(name)).ToDictionary(static run => run.Seed, run => run.Scalars[name]));
}
