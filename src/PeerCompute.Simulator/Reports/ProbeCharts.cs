// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Probes;
using PeerCompute.Simulator.Reports.Charts;
using PeerCompute.Simulator.Results;

namespace PeerCompute.Simulator.Reports;

/// <summary>A figure for each probe of a run: quantiles over its nodes in the course of time.</summary>
internal static class ProbeCharts
{
    private const int ProbesMost = 32;

    private static readonly string[] Columns = ["p5", "p50", "p95", "max"];

    /// <summary>The figures; none for a run without probes.</summary>
    public static IEnumerable<Chart> Of(RunFolder run)
    {
        if (!File.Exists(Path.Combine(run.Path, ProbeTable.FileName))) yield break;
        var table = run.Table(ProbeTable.FileName);
        var (name, seconds) = (table.Column("probe"), table.Numbers(table.Column("seconds")));
        if (seconds is null) yield break;
        foreach (var probe in Enumerable.Range(0, table.Rows.Count).GroupBy(i => table.Rows[i][name]).Take(ProbesMost))
        {
            var series = new List<Series>();
            foreach (var column in Columns)
            {
                if (table.Numbers(table.Column(column)) is not { } values) continue;
                series.Add(new Series(column, [.. probe.Select(i => new Spot(seconds[i], values[i]))], SeriesKind.Steps));
            }

            if (series.Count == 0) continue;
            yield return new Chart
            {
                Id = "probe-" + probe.Key, Title = "Probe " + probe.Key, Note = "Over the nodes of its class that are up.", XLabel = "virtual time (s)",
                YLabel = probe.Key, Series = series,
            };
        }
    }
}
