// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Text;

namespace PeerCompute.Simulator.Reports;

/// <summary>One self-contained page: figures, a timeline of the jobs, tasks over time, what was broken.</summary>
internal static class HtmlReport
{
    private const int Width = 900;
    private const int RowHeight = 14;
    private const int JobsDrawn = 100;

    public static string Of(Experiment experiment, SimulationResult result)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html>\n<meta charset=\"utf-8\">\n");
        html.Append(CultureInfo.InvariantCulture, $"<title>{Safe(result.Scenario)}, seed {result.Seed}</title>\n");
        html.Append("<style>body{font:14px sans-serif;max-width:960px;margin:2em auto;color:#222}td{padding:2px 12px 2px 0}");
        html.Append("svg{background:#f6f6f4}.bad{color:#a00}text{font:10px sans-serif}</style>\n");
        html.Append(CultureInfo.InvariantCulture, $"<h1>{Safe(result.Scenario)}, seed {result.Seed}</h1>\n<table>\n");
        Row(html, "trace", result.TraceHash);
        Row(html, "scenario", result.ScenarioHash[..16]);
        Row(html, "core", result.CoreMvid.ToString());
        Row(html, "nodes", Number(result.Nodes));
        Row(html, "virtual time", Number(result.VirtualSeconds) + " s");
        Row(html, "events", Number(result.Events));
        Row(html, "messages", $"{Number(result.Messages)}, {Number(result.MessageBytes)} bytes; blobs {Number(result.BlobBytes)} bytes");
        Row(html, "idle, per node and hour", Words(result.IdleNodeHour));
        Row(html, "per job, beyond idle", Words(result.PerJob));
        Row(html, "crashes", Number(result.Crashes));
        Row(html, "jobs", $"{Number(result.Jobs.Length)}, of these {Number(result.Accepted)} accepted");
        Row(html, "spoiled results", $"{Number(result.Planted)} planted, {Number(result.Judged)} judged, {Number(result.Found)} found");
        Row(html, "money", $"{Number((long)result.OwedMicro)} micro-units owed, {Number((long)result.SettledMicro)} acknowledged by workers");
        html.Append("</table>\n");
        Violations(html, result);
        html.Append("<h2>Jobs</h2>\n<p>From submission to end; green accepted, orange expired or cancelled, red failed.</p>\n");
        Timeline(html, experiment, result);
        html.Append("<h2>Tasks accepted</h2>\n");
        Tasks(html, experiment);
        return html.ToString();
    }

    private static void Violations(StringBuilder html, SimulationResult result)
    {
        html.Append("<h2>Rules</h2>\n");
        if (result.Violations.IsEmpty) html.Append("<p>None was broken.</p>\n");
        foreach (var v in result.Violations)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"bad\">{v.AtMicros / 1000} ms, {Safe(v.Rule)}: {Safe(v.Text)}</p>\n");
        }
    }

    private static void Timeline(StringBuilder html, Experiment experiment, SimulationResult result)
    {
        var end = Math.Max(1, experiment.EndMicros / 1000);
        var drawn = Math.Min(result.Jobs.Length, JobsDrawn);
        html.Append(CultureInfo.InvariantCulture, $"<svg width=\"{Width}\" height=\"{(drawn * RowHeight) + 4}\" role=\"img\">\n");
        for (var i = 0; i < drawn; i++)
        {
            var job = result.Jobs[i];
            var x = X(job.SubmittedMs, end);
            var last = job.EndedMs < 0 ? Width : X(job.EndedMs, end);
            var colour = job.State switch { "Accepted" => "#3a7d44", "Failed" => "#b3392f", "Offered" or "Running" => "#888", _ => "#d08c2c" };
            var y = (i * RowHeight) + 3;
            var (length, thickness) = (Math.Max(1, last - x), RowHeight - 4);
            var words = $"{job.TasksAccepted}/{job.Tasks} {job.State.ToLowerInvariant()}";
            html.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x}\" y=\"{y}\" width=\"{length}\" height=\"{thickness}\" fill=\"{colour}\"/>");
            html.Append(CultureInfo.InvariantCulture, $"<text x=\"{last + 4}\" y=\"{y + 9}\">{words}</text>\n");
        }

        html.Append("</svg>\n");
        if (drawn < result.Jobs.Length) html.Append(CultureInfo.InvariantCulture, $"<p>The first {drawn} of {result.Jobs.Length}; all are in jobs.csv.</p>\n");
    }

    private static void Tasks(StringBuilder html, Experiment experiment)
    {
        const int height = 160;
        var most = 1;
        foreach (var row in experiment.Metrics.Rows) most = Math.Max(most, row.TasksAccepted);
        html.Append(CultureInfo.InvariantCulture, $"<svg width=\"{Width}\" height=\"{height}\" role=\"img\">");
        html.Append("<polyline fill=\"none\" stroke=\"#2c5d8f\" stroke-width=\"2\" points=\"");
        foreach (var row in experiment.Metrics.Rows)
        {
            var y = height - 10 - (row.TasksAccepted * (height - 20) / most);
            html.Append(CultureInfo.InvariantCulture, $"{X(row.AtMicros / 1000, experiment.EndMicros / 1000)},{y} ");
        }

        html.Append(CultureInfo.InvariantCulture, $"\"/><text x=\"4\" y=\"12\">{most}</text></svg>\n");
    }

    private static long X(long ms, long end) => Math.Clamp(ms * (Width - 90) / end, 0, Width);

    private static void Row(StringBuilder html, string name, string value)
        => html.Append(CultureInfo.InvariantCulture, $"<tr><td>{name}</td><td>{Safe(value)}</td></tr>\n");

    private static string Words(Traffic t)
        => $"gossip {Number(t.Gossip)}, DHT {Number(t.Dht)}, adverts {Number(t.Adverts)}, market {Number(t.Market)}, dials {Number(t.Dials)}";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Safe(string text) => WebUtility.HtmlEncode(text);
}
