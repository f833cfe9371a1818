// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using PeerCompute.Simulator.Results;

namespace PeerCompute.Simulator.Reports;

/// <summary>A run's jobs from submission to end, a row for each.</summary>
internal static class JobTimeline
{
    /// <summary>Its HTML id.</summary>
    public const string Id = "timeline";

    private const int JobsDrawn = 100;
    private const int Width = 640;
    private const int Words = 110;
    private const int RowHeight = 14;

    /// <summary>Writes it into a page.</summary>
    public static void Write(StringBuilder html, RunFolder run)
    {
        if (!File.Exists(Path.Combine(run.Path, "jobs.csv"))) return;
        var jobs = run.Table("jobs.csv");
        if (jobs.Numbers(jobs.Column("submitted_ms")) is not { Length: > 0 } submitted || jobs.Numbers(jobs.Column("ended_ms")) is not { } ended) return;
        var (state, tasks, accepted) = (jobs.Column("state"), jobs.Column("tasks"), jobs.Column("tasks_accepted"));
        var end = Math.Max(1, run.Scalars.GetValueOrDefault("virtualSeconds") * 1000);
        var drawn = Math.Min(jobs.Rows.Count, JobsDrawn);
        html.Append("<figure id=\"" + Id + "\">\n<h2>Jobs, from submission to end</h2>\n");
        html.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {(drawn * RowHeight) + 4}\" style=\"width:100%;height:auto\" role=\"img\" ");
        html.Append("aria-label=\"Jobs, from submission to end\" font-family=\"Helvetica,Arial,sans-serif\" font-size=\"10\">\n");
        for (var i = 0; i < drawn; i++)
        {
            var (from, to) = (X(submitted[i], end), ended[i] < 0 ? X(end, end) : X(ended[i], end));
            var (y, word) = ((i * RowHeight) + 3, jobs.Rows[i][state]);
            var ink = word switch { "Accepted" => 2, "Failed" => 1, "Offered" or "Running" => 6, _ => 4 };
            html.Append(CultureInfo.InvariantCulture, $"<rect x=\"{from:0.#}\" y=\"{y}\" width=\"{Math.Max(1.5, to - from):0.#}\" height=\"{RowHeight - 4}\" ");
            html.Append(CultureInfo.InvariantCulture, $"style=\"fill:var(--c{ink})\"/><text x=\"{to + 5:0.#}\" y=\"{y + 9}\" style=\"fill:var(--c8)\">");
            html.Append(HtmlReport.Safe($"{jobs.Rows[i][accepted]}/{jobs.Rows[i][tasks]} {word.ToLowerInvariant()}")).Append("</text>\n");
        }

        html.Append("</svg>\n<figcaption>");
        html.Append(CultureInfo.InvariantCulture, $"From 0 to {end / 1000:N0} virtual seconds; tasks accepted of all, and the state.");
        if (drawn < jobs.Rows.Count) html.Append(CultureInfo.InvariantCulture, $" The first {drawn} of {jobs.Rows.Count}; all are in jobs.csv.");
        html.Append("</figcaption>\n</figure>\n");
    }

    private static double X(double ms, double end) => Math.Clamp(ms / end, 0, 1) * (Width - Words);
}
