// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Files;
using PeerCompute.Simulator.Results;

namespace PeerCompute.Simulator.Sweeps;

/// <summary>What <c>sim sweep</c> leaves: <c>sweep.json</c>, the scenario, a folder for each run, and <c>sweep.csv</c> with a line for each.</summary>
public sealed class SweepFolder
{
    /// <summary>The file that makes a folder one of a sweep.</summary>
    public const string ManifestName = "sweep.json";

    /// <summary>Folder of the runs.</summary>
    public const string RunsName = "runs";

    /// <summary>Ending of a run's folder that is not complete.</summary>
    public const string UnfinishedEnding = ".unfinished";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    private readonly SortedDictionary<string, string> _modules = new(StringComparer.Ordinal);

    private SweepFolder(string path, JsonObject manifest)
    {
        Path = path;
        Scenario = Text(manifest, "scenario");
        FilesHash = Text(manifest, "filesHash");
        foreach (var (name, module) in manifest["modules"] as JsonObject ?? []) _modules[name] = module?.ToString() ?? "";
        ScenarioFile = Text(manifest, "scenarioFile");
        Planned = manifest["runs"] is JsonValue runs && runs.TryGetValue(out int planned) ? planned : throw new JsonException("'runs' is missing.");
        Varied = manifest["varied"] is JsonArray names && names.All(static n => n is JsonValue v && v.TryGetValue(out string? _))
            ? [.. names.Select(static n => n!.GetValue<string>())] : throw new JsonException("'varied' is missing.");
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Name of the scenario.</summary>
    public string Scenario { get; }

    /// <summary>Hash of the scenario's files, whatever the parameters are.</summary>
    public string FilesHash { get; }

    /// <summary>Module version ids of the simulated assemblies, by their names; none where the manifest does not say.</summary>
    public IReadOnlyDictionary<string, string> Modules => _modules;

    /// <summary>The scenario's file, seen from the folder.</summary>
    public string ScenarioFile { get; }

    /// <summary>Runs that the last plan had.</summary>
    public int Planned { get; }

    /// <summary>Names of the parameters that were given values.</summary>
    public IReadOnlyList<string> Varied { get; }

    /// <summary>Whether a folder is one of a sweep.</summary>
    /// <param name="path">The folder.</param>
    public static bool Is(string path) => File.Exists(System.IO.Path.Combine(path, ManifestName));

    /// <summary>Reads what a sweep says of itself.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="PeerComputeException">It is not there, or not one of a sweep.</exception>
    public static SweepFolder Read(string path)
    {
        var file = System.IO.Path.Combine(path, ManifestName);
        var bytes = InputFile.Read(file, RunFolder.ManifestBytes, $"{path} holds no {ManifestName}: name a folder that sim sweep wrote.");
        try
        {
            return new SweepFolder(path, JsonNode.Parse(bytes) as JsonObject ?? throw new JsonException("it is no object"));
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"{file} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Its complete runs.</summary>
    /// <returns>In the order of their varied parameters, numbers by size, then of their seeds.</returns>
    /// <exception cref="PeerComputeException">One of them cannot be read.</exception>
    public IReadOnlyList<RunFolder> Finished()
    {
        var runs = System.IO.Path.Combine(Path, RunsName);
        if (!Directory.Exists(runs)) return [];
        var found = Directory.EnumerateDirectories(runs).SelectMany(RunsOf).ToList();
        found.Sort((a, b) =>
        {
            foreach (var name in Varied)
            {
                var order = Compare(a.Parameters.GetValueOrDefault(name, ""), b.Parameters.GetValueOrDefault(name, ""));
                if (order != 0) return order;
            }

            return a.Seed.CompareTo(b.Seed);
        });
        return found;
    }

    /// <summary>The complete runs of one point, in no order.</summary>
    /// <param name="point">The point's folder.</param>
    /// <exception cref="PeerComputeException">One of them cannot be read.</exception>
    public static IReadOnlyList<RunFolder> RunsOf(string point) =>
    [
        .. Directory.EnumerateDirectories(point)
            .Where(static run => !run.EndsWith(UnfinishedEnding, StringComparison.Ordinal) && RunFolder.Is(run)).Select(RunFolder.Read),
    ];

    /// <summary>Order of two values of a parameter: numbers by size, whatever unit follows them; else by their letters.</summary>
    /// <param name="a">One.</param>
    /// <param name="b">The other.</param>
    public static int Compare(string a, string b)
        => ParameterValue.Number(a) is { } x && ParameterValue.Number(b) is { } y && x != y ? x.CompareTo(y) : string.CompareOrdinal(a, b);

    /// <summary>The table of a sweep: parameters, seed, exit code and every number of the manifests; a failed run that left none has no numbers.</summary>
    /// <param name="failed">Exit codes of runs that did not end well.</param>
    /// <returns>The text of <c>sweep.csv</c>.</returns>
    public string Table(IReadOnlyList<(SweepRun Run, SweepExit Exit)> failed)
    {
        var runs = Finished();
        var names = runs.SelectMany(static run => run.Scalars.Keys).Distinct().Order(StringComparer.Ordinal).ToList();
        var text = new StringBuilder().AppendJoin(',', [.. Varied.Select(CsvTable.Quoted), "seed", "exit", .. names.Select(CsvTable.Quoted)]).Append('\n');
        foreach (var run in runs)
        {
            var cells = names.Select(name => run.Scalars.TryGetValue(name, out var value) ? value.ToString("R", CultureInfo.InvariantCulture) : "");
            Row(text, run.Parameters, run.Seed, run.Violations == 0 ? 0 : (int)ErrorCode.Internal, cells);
        }

        var complete = runs.Select(static run => System.IO.Path.GetFullPath(run.Path)).ToHashSet(StringComparer.Ordinal);
        foreach (var (run, exit) in failed.Where(f => !complete.Contains(System.IO.Path.GetFullPath(f.Run.Folder, System.IO.Path.GetFullPath(Path)))))
            Row(text, run.Point.Values, run.Seed, exit.ExitCode, names.Select(static _ => ""));
        return text.ToString();
    }

    /// <summary>What a sweep says of itself, as it is written.</summary>
    internal static string Manifest(string scenario, string filesHash, string scenarioFile, int runs, IReadOnlyList<string> varied) =>
        new JsonObject
        {
            ["scenario"] = scenario,
            ["filesHash"] = filesHash,
            ["modules"] = new JsonObject(Sweeps.Modules.All.Select(static one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))),
            ["scenarioFile"] = scenarioFile,
            ["runs"] = runs,
            ["varied"] = new JsonArray([.. varied.Select(static name => (JsonNode?)name)]),
        }.ToJsonString(Json) + "\n";

    private void Row(StringBuilder text, IReadOnlyDictionary<string, string> parameters, ulong seed, int exit, IEnumerable<string> cells)
        => text.AppendJoin(',', [
            .. Varied.Select(name => CsvTable.Quoted(parameters.GetValueOrDefault(name, ""))),
            seed.ToString(CultureInfo.InvariantCulture), exit.ToString(CultureInfo.InvariantCulture), .. cells,
        ]).Append('\n');

    private static string Text(JsonObject manifest, string name)
        => manifest[name] is JsonValue value && value.TryGetValue(out string? text) ? text : throw new JsonException($"'{name}' is missing or no text.");
}
