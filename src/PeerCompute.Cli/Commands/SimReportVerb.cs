// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json.Nodes;
using PeerCompute.Cli.Output;
using PeerCompute.Simulator.Reports;

namespace PeerCompute.Cli.Commands;

/// <summary><c>sim report</c>: a page, or figures for a paper.</summary>
internal static class SimReportVerb
{
    private const string Page = "page";
    private const string Paper = "paper";

    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var folder = new Argument<string>("DIR") { Description = "Folder of a run or a sweep." };
        var style = new Option<string>("--style")
        {
            Description = "page: one HTML file; paper: each figure as SVG and PDF without title, its values as CSV, its caption.", HelpName = "page|paper",
            DefaultValueFactory = _ => Page,
        };
        style.AcceptOnlyFromAmong(Page, Paper);
        var into = new Option<string?>("--out", "-o")
        {
            Description = "The page (DIR/report.html), or the folder of the figures (DIR/paper).", HelpName = "PATH",
        };
        var verb = new Command("report", "Draw a run or a sweep.") { folder, style, into };
        verb.SetAction(parsed =>
        {
            var (from, paper) = (parsed.GetRequiredValue(folder), parsed.GetValue(style) == Paper);
            var to = parsed.GetValue(into) ?? Path.Combine(from, paper ? "paper" : "report.html");
            IReadOnlyList<string> files = [];
            if (paper) files = Report.WritePaper(from, to);
            else Report.WritePage(from, to);
            Globals.TerminalOf(parsed).Result(
                () => new JsonObject { ["report"] = to, ["files"] = new JsonArray([.. files.Select(static name => (JsonNode?)name)]) },
                console => Tables.Facts(console, ("report", to), ("figures", paper ? $"{files.Count / 4}" : "")));
            return 0;
        });
        return verb;
    }
}
