// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Comparing;
using PeerCompute.Cli.Output;
using PeerCompute.Client.Jobs;

namespace PeerCompute.Cli.Commands;

/// <summary><c>compare</c>: two outputs or folders of outputs, by a job's tolerances, offline (docs/job-file.md).</summary>
internal static class CompareVerb
{
    /// <summary>What the verb ends with where the two are not alike, as diff(1) does.</summary>
    public const int Differs = 1;

    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var (a, b) = (new Argument<string>("A") { Description = "A file or folder." }, new Argument<string>("B") { Description = "The other." });
        var job = new Option<string?>("--job") { Description = "Job file whose canonical forms and tolerances hold.", HelpName = "FILE" };
        var by = new Option<string?>("--by")
        {
            Description = "Way to compare files that no job names: bytes, text, lines, '{abs: A, rel: R}', '{psnr: dB}', '{ssim: S}'.", HelpName = "WAY",
        };
        var verb = new Command("compare", "Compare two outputs, or folders of them, as a job's workers are compared.") { a, b, job, by };
        verb.SetAction(parsed =>
        {
            var terminal = Globals.TerminalOf(parsed);
            var ways = parsed.GetValue(job) is { } file ? JobComparison.Read(file) : null;
            var way = parsed.GetValue(by) is { } text ? JobComparison.Way(text) : null;
            var found = new Comparison(ways, way).Run(parsed.GetRequiredValue(a), parsed.GetRequiredValue(b));
            var others = found.Count(static one => !one.IsAlike);
            terminal.Result(() => Json(found, others), console =>
            {
                foreach (var one in found.Where(static one => !one.IsAlike || one.Distance.Length > 0)) terminal.Line(Words(one));
                terminal.Line(others == 0 ? $"alike: {Tables.Number((ulong)found.Count)} compared" : $"{others} of {found.Count} are not alike");
            });
            return others == 0 ? 0 : Differs;
        });
        return verb;
    }

    private static JsonObject Json(IReadOnlyList<Compared> found, int others) => new()
    {
        ["alike"] = others == 0,
        ["compared"] = found.Count,
        ["different"] = others,
        ["files"] = new JsonArray([.. found.Select(static one => (JsonNode?)one.Json())]),
    };

    private static string Words(Compared one)
    {
        string[] parts = [one.IsAlike ? "alike" : one.Difference, one.Distance];
        return Printable.Line((one.Path.Length > 0 ? one.Path + ": " : "") + string.Join("; ", parts.Where(static part => part.Length > 0)));
    }
}
