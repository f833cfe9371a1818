// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Output;
using PeerCompute.Simulator.Comparisons;
using PeerCompute.Simulator.Statistics;
using Spectre.Console;

namespace PeerCompute.Cli.Commands;

/// <summary><c>sim compare</c>: two runs or two sweeps, with intervals.</summary>
internal static class SimCompareVerb
{
    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var a = new Argument<string>("A") { Description = "Folder of a run, a sweep, or a point of one (SWEEP/runs/POINT)." };
        var b = new Argument<string>("B") { Description = "The other; differences are its values less those of A." };
        var verb = new Command("compare", "Compare two runs, sweeps or points: means, 95 % intervals of the differences, distances of distributions.") { a, b };
        verb.SetAction(parsed =>
        {
            var (first, second) = (Ensemble.Read(parsed.GetRequiredValue(a)), Ensemble.Read(parsed.GetRequiredValue(b)));
            var found = EnsembleComparison.Of(first, second);
            if (found.Points.Count == 0)
                throw new PeerComputeException(ErrorCode.BadInput, "A and B have no point in common: sweep them over the same values, or name single runs.");
            Globals.TerminalOf(parsed).Result(() => Json(first, second, found), console => Show(console, found));
            return 0;
        });
        return verb;
    }

    private static void Show(IAnsiConsole console, EnsembleComparison found)
    {
        var writer = console.Profile.Out.Writer;
        foreach (var point in found.Points)
        {
            if (point.Label.Length > 0) writer.WriteLine(Printable.Line(point.Label));
            var same = point.Metrics.Where(static m => m.Same).Select(static m => m.Name).ToList();
            string[] columns = ["metric", "mean A#", "mean B#", "B - A#", "95 % interval", "n"];
            Tables.Rows(console, columns, point.Metrics.Where(m => !same.Contains(m.Name)).Select(static m => (string[])
            [
                m.Name, Number(m.MeanA), Number(m.MeanB), Number(m.Difference.Value), Words(m.Difference),
                m.Paired > 0 ? $"{m.Paired} pair{(m.Paired == 1 ? "" : "s")}" : $"{m.CountA} and {m.CountB}",
            ]));
            foreach (var d in point.Distributions)
                writer.WriteLine($"{d.Name}: KS distance {Number(d.Test.Distance)}, p {P(d.Test.PValue)}, n {d.CountA} and {d.CountB}");
            if (same.Count > 0) writer.WriteLine("the same in both: " + string.Join(' ', same));
        }

        if (found.OnlyA.Count > 0) writer.WriteLine(Printable.Line("in A alone: " + string.Join("; ", found.OnlyA)));
        if (found.OnlyB.Count > 0) writer.WriteLine(Printable.Line("in B alone: " + string.Join("; ", found.OnlyB)));
        writer.WriteLine("* 0 lies outside the interval. Intervals: bootstrap (BCa) over runs. Jobs of one run share its network: p is a guide.");
    }

    private static string Words(Interval interval) => double.IsNaN(interval.Low) ? "too few runs"
        : $"{Number(interval.Low)} to {Number(interval.High)}{(interval.ExcludesZero ? " *" : "")}";

    private static JsonObject Json(Ensemble a, Ensemble b, EnsembleComparison found) => new()
    {
        ["a"] = a.Path,
        ["b"] = b.Path,
        ["points"] = new JsonArray([.. found.Points.Select(static point => (JsonNode?)new JsonObject
        {
            ["point"] = point.Label,
            ["metrics"] = new JsonArray([.. point.Metrics.Select(static m => (JsonNode?)new JsonObject
            {
                ["name"] = m.Name,
                ["countA"] = m.CountA,
                ["countB"] = m.CountB,
                ["pairs"] = m.Paired,
                ["meanA"] = m.MeanA,
                ["meanB"] = m.MeanB,
                ["difference"] = m.Difference.Value,
                ["low"] = Known(m.Difference.Low),
                ["high"] = Known(m.Difference.High),
            })]),
            ["distributions"] = new JsonArray([.. point.Distributions.Select(static d => (JsonNode?)new JsonObject
            {
                ["name"] = d.Name,
                ["countA"] = d.CountA,
                ["countB"] = d.CountB,
                ["ksDistance"] = d.Test.Distance,
                ["pValue"] = d.Test.PValue,
            })]),
        })]),
        ["onlyA"] = new JsonArray([.. found.OnlyA.Select(static label => (JsonNode?)label)]),
        ["onlyB"] = new JsonArray([.. found.OnlyB.Select(static label => (JsonNode?)label)]),
    };

    private static JsonNode? Known(double value) => double.IsFinite(value) ? value : null;

    private static string P(double p) => p < 0.0001 ? "below 0.0001" : p.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Number(double value) => Math.Abs(value) >= 1000 ? value.ToString("N0", CultureInfo.InvariantCulture)
        : value.ToString("G4", CultureInfo.InvariantCulture);
}
