// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Text;
using PeerCompute.Simulator.Comparisons;
using PeerCompute.Simulator.Reports.Charts;
using PeerCompute.Simulator.Results;
using PeerCompute.Simulator.Statistics;

namespace PeerCompute.Simulator.Reports;

/// <summary>
/// One self-contained page of a run or a sweep: where it comes from, what was broken, figures, all numbers. Light or dark, as its reader's screen is.
/// </summary>
internal static class HtmlReport
{
    private const int PointsShown = 200;

    /// <summary>The page.</summary>
    public static string Of(Ensemble ensemble, IReadOnlyList<Chart> figures)
    {
        var (html, runs) = (new StringBuilder(), ensemble.Runs.ToList());
        var title = $"{ensemble.Scenario}, {(runs.Count == 1 ? "seed" : "seeds")} {Provenance.Seeds(runs.Select(static run => run.Seed))}";
        html.Append("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
        html.Append("<meta name=\"viewport\" content=\"width=device-width\">\n");
        html.Append($"<title>{Safe(title)}</title>\n<style>\n{Style()}</style>\n<h1>{Safe(title)}</h1>\n<p>{Safe(Provenance.Of(ensemble))}</p>\n");
        Rules(html, runs);
        if (runs.Count == 1) Facts(html, runs[0]);
        if (runs.Count == 1) Faults(html, runs[0]);
        else Points(html, ensemble);
        foreach (var figure in figures)
        {
            html.Append($"<figure id=\"{figure.Id}\">\n<h2>{Safe(figure.Title)}</h2>\n{Plot.Svg(figure, PlotSize.Page, page: true)}");
            if (figure.Note.Length > 0) html.Append($"<figcaption>{Safe(figure.Note)}</figcaption>\n");
            html.Append("</figure>\n");
        }

        if (runs.Count == 1) JobTimeline.Write(html, runs[0]);
        return html.Append("</html>\n").ToString();
    }

    /// <summary>A text that no browser takes for its own.</summary>
    internal static string Safe(string text) => WebUtility.HtmlEncode(text);

    private static string Style()
    {
        static string Colours(string[] inks) => string.Concat(inks.Select(static (ink, i) => $"--c{i}:{ink};"));
        return $":root{{{Colours(Inks.Light)}--ground:#fff;--good:#2b7a4b;--bad:#b3261e}}\n"
            + $"@media(prefers-color-scheme:dark){{:root{{{Colours(Inks.Dark)}--ground:#16181a;--good:#5fd08a;--bad:#ff8a80}}}}\n"
            + "body{font:15px/1.45 system-ui,sans-serif;max-width:700px;margin:2em auto;padding:0 1em;background:var(--ground);color:var(--c8)}\n"
            + "h1{font-size:1.5em}h2{font-size:1.1em;margin:0 0 .3em}figure{margin:2em 0}figcaption{font-size:.9em}\n"
            + ".wide{overflow-x:auto}table{border-collapse:collapse;font-size:.9em}\n"
            + "td,th{padding:2px 14px 2px 0;text-align:left;border-bottom:1px solid var(--c9)}\n"
            + "td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}.good{color:var(--good)}.bad{color:var(--bad)}\n";
    }

    private static void Rules(StringBuilder html, List<RunFolder> runs)
    {
        var broken = runs.Where(static run => run.Violations > 0).ToList();
        if (broken.Count == 0)
        {
            html.Append("<p class=\"good\">Rules of the checkers: None was broken.</p>\n");
            return;
        }

        html.Append(CultureInfo.InvariantCulture, $"<p class=\"bad\">Rules were broken in {broken.Count} of {runs.Count} runs.</p>\n<ul class=\"bad\">\n");
        foreach (var run in broken.Take(20))
        {
            foreach (var text in run.ViolationTexts.Take(20)) html.Append($"<li>seed {run.Seed}, {Safe(text)}</li>\n");
        }

        html.Append("</ul>\n");
    }

    private static void Facts(StringBuilder html, RunFolder run)
    {
        html.Append(run.Scalars.ContainsKey("jobs") ? "<details>" : "<details open>").Append("<summary>Parameters and all numbers</summary>\n<table>\n");
        foreach (var (name, value) in run.Parameters) Row(html, name, Safe(value));
        Row(html, "trace", Safe(run.TraceHash));
        foreach (var (name, value) in run.Scalars.Where(static s => !MetricNames.Aside.Contains(s.Key))) Row(html, MetricNames.Of(name), Number(value));
        html.Append("</table>\n</details>\n");
    }

    private static void Faults(StringBuilder html, RunFolder run)
    {
        if (run.Faults.Count == 0) return;
        html.Append(CultureInfo.InvariantCulture, $"<details>\n<summary>Faults: {run.Faults.Count}</summary>\n<ul>\n");
        foreach (var fault in run.Faults) html.Append($"<li>{Safe(fault)}</li>\n");
        html.Append("</ul>\n</details>\n");
    }

    private static void Points(StringBuilder html, Ensemble ensemble)
    {
        var metrics = SweepCharts.Varying(ensemble).Take(6).ToList();
        html.Append("<h2>Points</h2>\n<div class=\"wide\"><table>\n<tr><th>point</th><th class=\"n\">n</th>");
        html.AppendJoin("", metrics.Select(static name => $"<th class=\"n\">{Safe(MetricNames.Of(name))}</th>")).Append("</tr>\n");
        foreach (var point in ensemble.Points.Take(PointsShown))
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{Safe(SweepCharts.Label(point))}</td><td class=\"n\">{point.Runs.Count}</td>");
            html.AppendJoin("", metrics.Select(name => $"<td class=\"n\">{Words(SweepCharts.Values(point, name))}</td>")).Append("</tr>\n");
        }

        html.Append("</table></div>\n<p>Mean and 95 % interval (bootstrap, BCa) over runs. Every number of every run is in sweep.csv");
        html.Append(ensemble.Points.Count > PointsShown ? $"; the first {PointsShown} of {ensemble.Points.Count} points are shown here" : "").Append(".</p>\n");
    }

    private static string Words(double[] values)
    {
        if (values.Length == 0) return "";
        var mean = Bootstrap.Mean(values);
        return Number(mean.Value) + (double.IsNaN(mean.Low) ? "" : $"<br>[{Number(mean.Low)}, {Number(mean.High)}]");
    }

    private static void Row(StringBuilder html, string name, string value) => html.Append($"<tr><td>{Safe(name)}</td><td class=\"n\">{value}</td></tr>\n");

    private static string Number(double value) => Math.Abs(value) >= 1000 ? value.ToString("N0", CultureInfo.InvariantCulture)
        : value.ToString("G4", CultureInfo.InvariantCulture);
}
