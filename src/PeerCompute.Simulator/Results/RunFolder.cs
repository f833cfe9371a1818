// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Files;

namespace PeerCompute.Simulator.Results;

/// <summary>What <c>sim run</c> left in a folder, read back.</summary>
public sealed class RunFolder
{
    /// <summary>The file that makes a folder one of a run.</summary>
    public const string ManifestName = "manifest.json";

    /// <summary>Largest manifest that is read, bytes.</summary>
    public const long ManifestBytes = 16 << 20;

    /// <summary>Most numbers that are taken from a manifest.</summary>
    private const int ScalarsMost = 1000;

    /// <summary>Most faults that are read.</summary>
    private const int FaultsMost = 1000;

    /// <summary>Most characters of a number's name.</summary>
    private const int NameMost = 200;

    /// <summary>Largest magnitude of a number that is taken: its cube and sums of such are numbers still.</summary>
    private const double MagnitudeMost = 1e30;

    private RunFolder(string path, JsonObject manifest)
    {
        Path = path;
        Scenario = Text(manifest, "scenario");
        ScenarioHash = Text(manifest, "scenarioHash");
        TraceHash = Text(manifest, "traceHash");
        CoreMvid = Text(manifest, "coreMvid");
        CoreVersion = manifest["coreVersion"] is JsonValue version && version.TryGetValue(out string? said) ? said : "";
        ScenarioFile = manifest["scenarioFile"] is JsonValue file && file.TryGetValue(out string? named) ? named : "";
        Seed = manifest["seed"] is JsonValue seed && seed.TryGetValue(out ulong number) ? number : throw Bad("seed");
        var broken = manifest["violations"] as JsonArray ?? throw Bad("violations");
        Violations = broken.Count;
        ViolationTexts = [.. broken.Select(static one => one is JsonObject o ? $"{o["atMicros"]} µs, {o["rule"]}: {o["text"]}" : $"{one}")];
        Faults = [.. (manifest["faults"] as JsonArray ?? []).Take(FaultsMost).Select(static one => $"{one}")];
        foreach (var (name, value) in manifest["parameters"] as JsonObject ?? []) Set(name, value);
        foreach (var (name, value) in manifest)
        {
            if (name is not ("seed" or "parameters")) Flatten(name, value, 0);
        }
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Name of the scenario.</summary>
    public string Scenario { get; }

    /// <summary>Hash of the scenario's files and parameters, hexadecimal.</summary>
    public string ScenarioHash { get; }

    /// <summary>Where the scenario's file lies, seen from the folder; empty where the manifest does not say.</summary>
    public string ScenarioFile { get; }

    /// <summary>The seed.</summary>
    public ulong Seed { get; }

    /// <summary>Rolling hash of all events.</summary>
    public string TraceHash { get; }

    /// <summary>Module version id of the Core that ran.</summary>
    public string CoreMvid { get; }

    /// <summary>Version of that Core with its commit; empty where the manifest does not say.</summary>
    public string CoreVersion { get; }

    /// <summary>Rules that were broken.</summary>
    public int Violations { get; }

    /// <summary>Each of them in a line: when, which rule, how.</summary>
    public IReadOnlyList<string> ViolationTexts { get; }

    /// <summary>What went wrong in the run because its scenario or seed said so, a line each; the first ones only where there are very many.</summary>
    public IReadOnlyList<string> Faults { get; }

    /// <summary>Values of the scenario's parameters.</summary>
    public SortedDictionary<string, string> Parameters { get; } = new(StringComparer.Ordinal);

    /// <summary>Every number of the manifest by its path with dots, and of every list its length; none that has no name, or is out of all measure.</summary>
    public SortedDictionary<string, double> Scalars { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether a folder is one of a run.</summary>
    /// <param name="path">The folder.</param>
    public static bool Is(string path) => File.Exists(System.IO.Path.Combine(path, ManifestName));

    /// <summary>Reads a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="PeerComputeException">It is not there, or not one of a run.</exception>
    public static RunFolder Read(string path)
    {
        var file = System.IO.Path.Combine(path, ManifestName);
        var bytes = InputFile.Read(file, ManifestBytes, $"{path} holds no {ManifestName}: name a folder that sim run -o or sim sweep wrote.");
        try
        {
            return new RunFolder(path, JsonNode.Parse(bytes) as JsonObject ?? throw new JsonException("it is no object"));
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"{file} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>One of its tables: <c>jobs.csv</c>, <c>metrics.csv</c>.</summary>
    /// <param name="name">File name.</param>
    /// <exception cref="PeerComputeException">It is not there, or no table.</exception>
    public CsvTable Table(string name) => CsvTable.Read(System.IO.Path.Combine(Path, name));

    /// <summary>Response times of accepted jobs: from submission to end, by their clients' clocks.</summary>
    /// <returns>Seconds, in the order of submission; none for a run without jobs.</returns>
    /// <exception cref="PeerComputeException"><c>jobs.csv</c> is no such table.</exception>
    public double[] Responses()
    {
        if (!File.Exists(System.IO.Path.Combine(Path, "jobs.csv"))) return [];
        var jobs = Table("jobs.csv");
        var state = jobs.Column("state");
        var (submitted, ended) = (jobs.Numbers(jobs.Column("submitted_ms")), jobs.Numbers(jobs.Column("ended_ms")));
        if (submitted is null || ended is null) throw new PeerComputeException(ErrorCode.BadInput, $"{Path}: jobs.csv has times that are no numbers.");
        return [.. Enumerable.Range(0, jobs.Rows.Count).Where(i => jobs.Rows[i][state] == "Accepted").Select(i => (ended[i] - submitted[i]) / 1000)];
    }

    private static string Text(JsonObject manifest, string name)
        => manifest[name] is JsonValue value && value.TryGetValue(out string? text) ? text : throw Bad(name);

    private static JsonException Bad(string name) => new($"'{name}' is missing or of another kind.");

    private void Set(string name, JsonNode? value) => Parameters[name] = value?.ToString() ?? "";

    private void Flatten(string name, JsonNode? value, int depth)
    {
        if (Scalars.Count == ScalarsMost || depth > 4 || name.Length is 0 or > NameMost) return;
        switch (value)
        {
            case JsonArray list:
                Scalars[name] = list.Count;
                break;
            case JsonObject map:
                foreach (var (inner, one) in map.Where(static one => one.Key.Length > 0)) Flatten($"{name}.{inner}", one, depth + 1);
                break;
            case JsonValue one when one.TryGetValue(out double number) && Math.Abs(number) <= MagnitudeMost:
                Scalars[name] = number;
                break;
            default:
                break;
        }
    }
}
