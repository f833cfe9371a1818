// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Reports.Charts;
using PeerCompute.Simulator.Results;

namespace PeerCompute.Simulator.Reports;

/// <summary>The figures of one run, from its tables.</summary>
internal static class RunCharts
{
    /// <summary>Most spots of a series: more cannot be told apart.</summary>
    private const int SpotsMost = 500;

    private static readonly (string Id, string Title, string Y, string[] Columns)[] Series =
    [
        ("jobs", "Jobs", "jobs", ["jobs_known", "jobs_ended"]),
        ("tasks", "Tasks accepted", "tasks", ["tasks_accepted"]),
        ("leases", "Leases", "leases", ["leases_awarded", "leases_ended"]),
        ("nodes", "Nodes up", "nodes", ["nodes_up"]),
        ("links", "Connections", "connections", ["links"]),
        ("queued", "Events that wait", "events", ["queued"]),
    ];

    private static readonly (string Id, string Title, string Y, string[] Columns)[] Rates =
    [
        ("bytes", "Traffic", "bytes/s per node", ["message_bytes", "blob_bytes"]),
        ("messages", "Messages by what they are for", "messages/s per node", ["gossip", "dht", "adverts", "market", "dials"]),
        ("events", "Events", "events/s per node", ["events"]),
    ];

    /// <summary>All that have something to show.</summary>
    public static IReadOnlyList<Chart> Of(RunFolder run)
    {
        var figures = new List<Chart?> { Cdf("response-cdf", "Response times of accepted jobs", [("jobs", run.Responses())]), Times([("times", [run])]) };
        if (File.Exists(Path.Combine(run.Path, "metrics.csv")))
        {
            var table = run.Table("metrics.csv");
            if (table.Names.Contains("seconds") && table.Numbers(table.Column("seconds")) is { Length: > 1 } seconds)
            {
                var nodes = run.Scalars.GetValueOrDefault("nodes", 1);
                var known = Series.Concat(Rates).SelectMany(static f => f.Columns).Concat(["seconds", "trace"]).ToHashSet();
                var others = table.Names.Where(name => !known.Contains(name))
                    .Select(static name => (name, MetricNames.Of(name), MetricNames.Of(name), new[] { name }));
                figures.AddRange(Series.Concat(others).Select(f => OverTime(f, table, seconds, static (v, _) => v, SeriesKind.Steps)));
                figures.AddRange(Rates.Select(f => OverTime(f, table, seconds, (v, t) => Rate(v, t, nodes), SeriesKind.Line)));
            }
        }

        figures.AddRange(ProbeCharts.Of(run));
        return [.. figures.OfType<Chart>()];
    }

    /// <summary>Cumulative distributions; nothing where there are no values.</summary>
    public static Chart? Cdf(string id, string title, IEnumerable<(string Name, double[] Values)> samples)
    {
        var some = samples.Where(static s => s.Values.Length > 0).Select(static s => (s.Name, Sorted: s.Values.Order().ToArray())).ToList();
        if (some.Count == 0) return null;
        var (least, most) = (some.Min(static s => s.Sorted[0]), some.Max(static s => s.Sorted[^1]));
        var logarithmic = least > 0 && most / least > 50;
        return new Chart
        {
            Id = id,
            Title = title,
            Note = $"n = {string.Join(", ", some.Select(static s => s.Sorted.Length))} jobs{(some.Count > 1 ? ", in the order of the legend" : "")}.",
            XLabel = "job response (s)",
            YLabel = "share of jobs",
            Logarithmic = logarithmic,
            Top = 1,
            Series = [.. some.Select(s => new Series(s.Name, Steps(s.Sorted, logarithmic ? s.Sorted[0] : Math.Min(0, least)), SeriesKind.Steps))],
        };
    }

    /// <summary>Distributions of the times of an overlay's deliveries or lookups, each the mean over its runs; nothing where there are none.</summary>
    public static Chart? Times(IEnumerable<(string Name, IReadOnlyList<RunFolder> Runs)> samples)
    {
        var series = new List<Series>();
        foreach (var (name, runs) in samples)
        {
            var curves = runs.Select(Thousandths).OfType<double[]>().Where(static c => c.Length > 0).ToList();
            if (curves.Count == 0) continue;
            var ranks = Thinned(curves.Min(static c => c.Length));
            series.Add(new Series(name, [.. ranks.Select(i => new Spot(curves.Average(c => c[i]), (i + 1) / 1000.0, N: curves.Count))], SeriesKind.Line));
        }

        return series.Count == 0 ? null : new Chart
        {
            Id = "times", Title = "Times of deliveries or lookups", Note = "Of several runs: the mean of their times at each thousandth.",
            XLabel = "time (ms)", YLabel = "share that took no longer", Top = 1, Series = series,
        };
    }

    /// <summary>Times that so many thousandths took no longer than, milliseconds.</summary>
    private static double[]? Thousandths(RunFolder run)
    {
        if (!File.Exists(Path.Combine(run.Path, "times.csv"))) return null;
        var table = run.Table("times.csv");
        return table.Numbers(table.Column("ms"));
    }

    private static List<Spot> Steps(double[] sorted, double from)
    {
        var spots = new List<Spot> { new(from, 0, N: sorted.Length) };
        foreach (var i in Thinned(sorted.Length)) spots.Add(new Spot(sorted[i], (i + 1.0) / sorted.Length, N: sorted.Length));
        return spots;
    }

    private static Chart? OverTime(
        (string Id, string Title, string Y, string[] Columns) what, CsvTable table, double[] seconds, Func<double[], double[], double[]> derive,
        SeriesKind kind)
    {
        var (unit, scale) = seconds[^1] switch { > 4 * 3600 => ("h", 3600.0), > 600 => ("min", 60.0), _ => ("s", 1.0) };
        var series = new List<Series>();
        foreach (var column in what.Columns.Where(table.Names.Contains))
        {
            if (table.Numbers(table.Column(column)) is not { } numbers || numbers.All(static v => v == 0)) continue;
            var values = derive(numbers, seconds);
            series.Add(new Series(MetricNames.Of(column), [.. Thinned(values.Length).Select(i => new Spot(seconds[i] / scale, values[i]))], kind));
        }

        return series.Count == 0 ? null
            : new Chart { Id = what.Id, Title = what.Title, XLabel = $"virtual time ({unit})", YLabel = what.Y, Series = series };
    }

    private static double[] Rate(double[] values, double[] seconds, double nodes)
    {
        var rates = new double[values.Length];
        for (var i = 0; i < rates.Length; i++)
        {
            var (before, since) = i == 0 ? (0, 0) : (values[i - 1], seconds[i - 1]);
            rates[i] = (values[i] - before) / Math.Max(1e-6, seconds[i] - since) / Math.Max(1, nodes);
        }

        return rates;
    }

    /// <summary>Places that are drawn: all, or evenly many of them with the last.</summary>
    private static IEnumerable<int> Thinned(int count)
    {
        if (count <= SpotsMost) return Enumerable.Range(0, count);
        return Enumerable.Range(0, SpotsMost).Select(i => (int)((long)i * (count - 1) / (SpotsMost - 1)));
    }
}
