// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Comparisons;
using PeerCompute.Simulator.Reports.Charts;
using PeerCompute.Simulator.Statistics;
using PeerCompute.Simulator.Sweeps;

namespace PeerCompute.Simulator.Reports;

/// <summary>The figures of a sweep: each number over a parameter with its interval, distributions, and what a lower response costs.</summary>
internal static class SweepCharts
{
    /// <summary>Most series of one figure, and points whose distributions are drawn.</summary>
    public const int SeriesMost = Inks.Series;

    /// <summary>Most figures of single numbers; the others are in the tables.</summary>
    private const int FiguresMost = 24;

    /// <summary>All that have something to show.</summary>
    public static IReadOnlyList<Chart> Of(Ensemble sweep)
    {
        var figures = new List<Chart?>();
        if (Layout(sweep) is { } layout)
        {
            figures.AddRange(Varying(sweep).Take(FiguresMost).Select(name => OverParameter(layout, name)));
            figures.Add(Knee(sweep));
        }

        var drawn = Spread(sweep.Points).ToList();
        figures.Add(RunCharts.Cdf("response-cdf", "Response times of accepted jobs", drawn.Select(static p => (Label(p), p.Responses()))));
        figures.Add(RunCharts.Times(drawn.Select(static p => (Label(p), p.Runs))));
        return [.. figures.OfType<Chart>()];
    }

    /// <summary>A number of a point, of every run that has it; shares and rates are made from others.</summary>
    public static double[] Values(PointRuns point, string name) => name switch
    {
        "acceptedShare" => Ratio(point, "accepted", static run => run.GetValueOrDefault("jobs")),
        "foundShare" => Ratio(point, "found", static run => run.GetValueOrDefault("judged")),
        "bytesPerNodeSecond" => Ratio(point, "messageBytes", static run => run.GetValueOrDefault("nodes") * run.GetValueOrDefault("virtualSeconds")),
        _ => point.Values(name),
    };

    /// <summary>Numbers that are not the same in all runs, those that matter most first.</summary>
    public static IReadOnlyList<string> Varying(Ensemble sweep)
    {
        var others = sweep.Runs.SelectMany(static run => run.Scalars.Keys).Distinct().Order(StringComparer.Ordinal);
        return [.. MetricNames.First.Concat(others).Distinct().Where(name => !MetricNames.Aside.Contains(name)
            && sweep.Points.SelectMany(point => Values(point, name)).Distinct().Take(2).Count() == 2)];
    }

    /// <summary>The point in words.</summary>
    public static string Label(PointRuns point) => point.Point.Label is { Length: > 0 } label ? label.Replace(",", ", ", StringComparison.Ordinal) : "all runs";

    private static double[] Ratio(PointRuns point, string name, Func<IReadOnlyDictionary<string, double>, double> over)
        => [.. point.Runs.Where(run => run.Scalars.ContainsKey(name) && over(run.Scalars) > 0).Select(run => run.Scalars[name] / over(run.Scalars))];

    /// <summary>The parameter with the most values goes along the axis, a series for each combination of the others.</summary>
    private static SweepLayout? Layout(Ensemble sweep)
    {
        if (sweep.Points.Count < 2) return null;
        var along = sweep.Varied.MaxBy(name => sweep.Points.Select(p => p.Point.Values[name]).Distinct().Count())!;
        var values = sweep.Points.Select(p => p.Point.Values[along]).Distinct().Order(Comparer<string>.Create(SweepFolder.Compare)).ToList();
        var numbers = values.Select(ParameterValue.Number).ToList();
        var even = numbers.All(static n => n is not null);
        var series = sweep.Points.GroupBy(p => string.Join(", ", p.Point.Values.Where(v => v.Key != along).Select(static v => $"{v.Key}={v.Value}"))).ToList();
        var logarithmic = even && numbers.Min() > 0 && numbers.Max() / numbers.Min() > 50;
        return new SweepLayout(
            along, even ? ParameterValue.Unit(values) : "", even ? null : values, logarithmic,
            [.. series.Take(SeriesMost).Select(g => (g.Key, g.ToList()))], series.Count);
    }

    private static Chart? OverParameter(SweepLayout layout, string name)
    {
        var series = new List<Series>();
        foreach (var (label, points) in layout.Series)
        {
            var spots = points.Select(p => (p, Values: Values(p, name))).Where(static p => p.Values.Length > 0)
                .Select(p => Spot(layout.X(p.p), p.Values)).OrderBy(static s => s.X).ToList();
            if (spots.Count > 0) series.Add(new Series(label, spots, SeriesKind.Dots));
        }

        return series.Count == 0 ? null : new Chart
        {
            Id = name.Replace('.', '-'),
            Title = $"{Upper(MetricNames.Of(name))} over {layout.Along}",
            Note = "Bars: bootstrap 95 % interval (BCa) of the mean over runs." + layout.LeftOut,
            XLabel = layout.Along + (layout.Unit.Length > 0 ? $" ({layout.Unit})" : ""),
            YLabel = MetricNames.Of(name),
            Categories = layout.Names,
            Logarithmic = layout.Logarithmic,
            Series = series,
        };
    }

    /// <summary>Response against what it costs in traffic: one dot for each point (Li and others, A Performance vs. Cost Framework, 2005).</summary>
    private static Chart? Knee(Ensemble sweep)
    {
        var series = new List<Series>();
        foreach (var point in Spread(sweep.Points))
        {
            var (cost, response) = (Values(point, "bytesPerNodeSecond"), Values(point, "responseSeconds.p95"));
            if (cost.Length > 0 && response.Length > 0)
                series.Add(new Series(Label(point), [Spot(cost.Average(), response)], SeriesKind.Cloud));
        }

        return series.Count < 2 ? null : new Chart
        {
            Id = "knee",
            Title = "Response against traffic",
            Note = "Means over the runs of each point; bars: bootstrap 95 % interval (BCa).",
            XLabel = MetricNames.Of("bytesPerNodeSecond"),
            YLabel = MetricNames.Of("responseSeconds.p95"),
            Series = series,
        };
    }

    private static Spot Spot(double x, double[] values)
    {
        var mean = Bootstrap.Mean(values);
        return new Spot(x, mean.Value, mean.Low, mean.High, values.Length);
    }

    /// <summary>As many points as can be told apart, evenly over all.</summary>
    private static IEnumerable<PointRuns> Spread(IReadOnlyList<PointRuns> points)
        => points.Count <= SeriesMost ? points : Enumerable.Range(0, SeriesMost).Select(i => points[i * (points.Count - 1) / (SeriesMost - 1)]);

    private static string Upper(string words) => words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];
}

/// <summary>How a sweep's points lie in a figure.</summary>
/// <param name="Along">Parameter of the horizontal axis.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Names">Its values where they are no numbers.</param>
/// <param name="Logarithmic">Whether its axis is logarithmic.</param>
/// <param name="Series">Points by the other parameters.</param>
/// <param name="All">Series that there are, those that are not drawn included.</param>
internal sealed record SweepLayout(
    string Along, string Unit, IReadOnlyList<string>? Names, bool Logarithmic, IReadOnlyList<(string Label, List<PointRuns> Points)> Series, int All)
{
    /// <summary>What is said of series that are not drawn.</summary>
    public string LeftOut => All > Series.Count ? $" The first {Series.Count} of {All} series; all are in the table." : "";

    /// <summary>Where a point stands.</summary>
    public double X(PointRuns point)
    {
        var value = point.Point.Values[Along];
        return Names is null ? ParameterValue.Number(value)!.Value : Names.ToList().IndexOf(value);
    }
}
