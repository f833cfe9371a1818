// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using PeerCompute.Cli.Output;
using PeerCompute.Simulator.Results;
using Spectre.Console;

namespace PeerCompute.Cli.Commands;

/// <summary><c>sim list</c>: scenarios and results below a folder.</summary>
internal static class SimListVerb
{
    /// <summary>Most characters of parameters and of a description in the table, so that the other columns keep their room.</summary>
    private const int ParametersMost = 40, AboutMost = 80;

    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var folder = new Argument<string>("DIR") { Description = "Where to look (this folder).", DefaultValueFactory = _ => "." };
        var verb = new Command("list", "List the scenarios, runs and sweeps below a folder.") { folder };
        verb.SetAction(parsed =>
        {
            var found = Listing.Of(parsed.GetRequiredValue(folder));
            Globals.TerminalOf(parsed).Result(() => Json(found), console => Show(console, found));
            return 0;
        });
        return verb;
    }

    private static void Show(IAnsiConsole console, IReadOnlyList<Listed> found)
    {
        var scenarios = found.OfType<ListedScenario>().ToList();
        if (scenarios.Count > 0)
        {
            Tables.Rows(console, ["scenario", "nodes#", "jobs#", "virtual s#", "parameters", "about"], scenarios.Select(s => (string[])
            [
                s.Path, Number(s.Nodes), Number(s.Jobs), Number(s.VirtualSeconds),
                Head(string.Join(' ', s.Parameters.Select(static p => $"{p.Key}={p.Value}")), ParametersMost),
                s.Error.Length > 0 ? "cannot be read: " + s.Error : Head(s.Description, AboutMost),
            ]));
        }

        var runs = found.OfType<ListedRun>().ToList();
        if (runs.Count > 0)
        {
            Tables.Rows(console, ["run", "scenario", "seed#", "trace", "jobs#", "accepted#", "verdict"], runs.Select(static r => r.Run is not { } run
                ? (string[])[r.Path, "", "", "", "", "", "cannot be read: " + r.Error]
                :
                [
                    r.Path, run.Scenario, run.Seed.ToString(CultureInfo.InvariantCulture), run.TraceHash, Scalar(run, "jobs"), Scalar(run, "accepted"),
                    Verdict(run),
                ]));
        }

        var sweeps = found.OfType<ListedSweep>().ToList();
        if (sweeps.Count > 0)
        {
            Tables.Rows(console, ["sweep", "scenario", "over", "runs#", "finished#", "verdict"], sweeps.Select(static s => s.Sweep is not { } sweep
                ? (string[])[s.Path, "", "", "", "", "cannot be read: " + s.Error]
                : [s.Path, sweep.Scenario, string.Join(' ', sweep.Varied), Number(sweep.Planned), Number(s.Finished), Verdict(s)]));
        }

        if (found.Count == 0) console.Profile.Out.Writer.WriteLine("nothing: no scenario, run or sweep lies here");
    }

    private static JsonObject Json(IReadOnlyList<Listed> found) => new()
    {
        ["scenarios"] = new JsonArray([.. found.OfType<ListedScenario>().Select(static s => (JsonNode?)new JsonObject
        {
            ["path"] = s.Path,
            ["name"] = s.Name,
            ["description"] = s.Description,
            ["nodes"] = s.Nodes,
            ["virtualSeconds"] = s.VirtualSeconds,
            ["jobs"] = s.Jobs,
            ["parameters"] = new JsonObject(s.Parameters.Select(static p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))),
            ["error"] = s.Error.Length > 0 ? s.Error : null,
        })]),
        ["runs"] = new JsonArray([.. found.OfType<ListedRun>().Select(static r => (JsonNode?)new JsonObject
        {
            ["path"] = r.Path,
            ["scenario"] = r.Run?.Scenario,
            ["scenarioSha256"] = r.Run?.ScenarioHash,
            ["seed"] = r.Run?.Seed,
            ["traceHash"] = r.Run?.TraceHash,
            ["coreMvid"] = r.Run?.CoreMvid,
            ["violations"] = r.Run?.Violations,
            ["error"] = r.Error.Length > 0 ? r.Error : null,
        })]),
        ["sweeps"] = new JsonArray([.. found.OfType<ListedSweep>().Select(static s => (JsonNode?)new JsonObject
        {
            ["path"] = s.Path,
            ["scenario"] = s.Sweep?.Scenario,
            ["varied"] = new JsonArray([.. (s.Sweep?.Varied ?? []).Select(static name => (JsonNode?)name)]),
            ["runs"] = s.Sweep?.Planned,
            ["finished"] = s.Finished,
            ["broken"] = s.Broken,
            ["error"] = s.Error.Length > 0 ? s.Error : null,
        })]),
    };

    private static string Verdict(ListedSweep sweep)
        => sweep.Broken > 0 ? $"a rule broken in {sweep.Broken} runs" : sweep.Finished < sweep.Sweep!.Planned ? "not finished" : "good";

    private static string Verdict(RunFolder run) => run.Violations switch { 0 => "good", 1 => "1 rule broken", var n => $"{n} rules broken" };

    private static string Head(string text, int most) => text.Length <= most ? text : text[..(most - 1)] + "…";

    private static string Scalar(RunFolder run, string name) => run.Scalars.TryGetValue(name, out var value) ? Number((long)value) : "";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
