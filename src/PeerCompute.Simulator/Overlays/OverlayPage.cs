// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Text;

namespace PeerCompute.Simulator.Overlays;

/// <summary>One self-contained page: figures, and the distribution of times as a curve.</summary>
internal static class OverlayPage
{
    private const int Width = 900, Height = 260, Margin = 30;

    public static string Of(OverlayRun run, SimulationResult result)
    {
        var html = new StringBuilder("<!doctype html>\n<meta charset=\"utf-8\">\n");
        var title = WebUtility.HtmlEncode(string.Create(CultureInfo.InvariantCulture, $"{result.Scenario}, seed {result.Seed}"));
        html.Append(CultureInfo.InvariantCulture, $"<title>{title}</title>\n");
        html.Append("<style>body{font:14px sans-serif;max-width:960px;margin:2em auto;color:#222}td{padding:2px 12px 2px 0}");
        html.Append("svg{background:#f6f6f4}text{font:10px sans-serif}</style>\n");
        html.Append(CultureInfo.InvariantCulture, $"<h1>{title}</h1>\n<table>\n");
        html.Append(CultureInfo.InvariantCulture, $"<tr><td>trace</td><td>{result.TraceHash}</td></tr>\n<tr><td>nodes</td><td>{result.Nodes}</td></tr>\n");
        html.Append(CultureInfo.InvariantCulture, $"<tr><td>events</td><td>{result.Events}</td></tr>\n");
        foreach (var (name, value) in result.Figures)
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{name.Replace('_', ' ')}</td><td>{value:0.####}</td></tr>\n");
        html.Append("</table>\n");
        if (run.World.Times.Count > 0) Curve(html, run.World.Times);
        return html.ToString();
    }

    private static void Curve(StringBuilder html, List<int> sorted)
    {
        var most = Math.Max(1, sorted[^1]);
        html.Append("<h2>Share that took no longer</h2>\n");
        html.Append(CultureInfo.InvariantCulture, $"<svg width=\"{Width}\" height=\"{Height}\" role=\"img\">");
        html.Append("<polyline fill=\"none\" stroke=\"#2c5d8f\" stroke-width=\"2\" points=\"");
        for (var i = 0; i <= 1000; i += 5)
        {
            var x = Margin + ((long)TimeRanks.Of(sorted, i) * (Width - (2 * Margin)) / most);
            html.Append(CultureInfo.InvariantCulture, $"{x},{Height - Margin - (i * (Height - (2 * Margin)) / 1000)} ");
        }

        html.Append(CultureInfo.InvariantCulture, $"\"/><text x=\"2\" y=\"{Margin}\">100 %</text><text x=\"2\" y=\"{Height - Margin}\">0</text>");
        html.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width - (3 * Margin)}\" y=\"{Height - 8}\">{most / 1000.0:0.#} ms</text></svg>\n");
    }
}
