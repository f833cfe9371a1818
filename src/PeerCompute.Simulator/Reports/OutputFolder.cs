// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using PeerCompute.Base.Errors;
using PeerCompute.Core;
using PeerCompute.Simulator.Probes;
using PeerCompute.Simulator.Results;
using PeerCompute.Simulator.Scenarios;
using PeerCompute.Simulator.Shrinking;
using PeerCompute.Simulator.Statistics;
using PeerCompute.Simulator.Sweeps;

namespace PeerCompute.Simulator.Reports;

/// <summary>Writes what a run leaves behind. Only manifest.json's last lines, of what the run took here, differ between two runs of one seed.</summary>
internal static class OutputFolder
{
    /// <summary>All files that a run of any kind may leave, the manifest first.</summary>
    private static readonly string[] Known =
    [
        RunFolder.ManifestName, "metrics.csv", "jobs.csv", "times.csv", ProbeTable.FileName, "events.ndjson", "report.html",
    ];

    private static readonly JsonSerializerOptions Form = new()
    {
        WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Version of the Core that runs, with its commit.</summary>
    public static string CoreVersion { get; } =
        typeof(INodeMachine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    /// <summary>Makes the folder, before a long run finds out that it cannot.</summary>
    /// <exception cref="PeerComputeException">It cannot be made.</exception>
    public static void Make(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new PeerComputeException(ErrorCode.Host, $"{folder} cannot be made ({e.Message}): name a folder that you may write in.", e);
        }
    }

    /// <summary>Writes into a folder, with what is wrong in words.</summary>
    /// <exception cref="PeerComputeException">The disk does not take it.</exception>
    public static void Guard(string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var remedy = "free some space, or name a folder that you may write in";
            throw new PeerComputeException(ErrorCode.Host, $"{path} cannot be written ({e.Message}): {remedy}.", e);
        }
    }

    /// <summary>Writes the folder.</summary>
    /// <param name="folder">Made before.</param>
    /// <param name="experiment">The run.</param>
    /// <param name="result">What came of it.</param>
    /// <param name="scenarioPath">The scenario's file, which the manifest names where no copy is kept.</param>
    /// <param name="copy">Whether the scenario's files are copied beside the results.</param>
    public static void Write(string folder, Experiment experiment, SimulationResult result, string scenarioPath, bool copy)
    {
        Write(
            folder, experiment.World.Scenario, scenarioPath, copy, file => Manifest(experiment.World.Scenario, result, experiment.World.Counters.Said, file),
            [
                ("metrics.csv", MetricsCsv(experiment.Metrics.Rows)), ("jobs.csv", JobsCsv(result.Jobs)), ("events.ndjson", Events(experiment.Metrics)),
                .. experiment.Probes.IsEmpty ? Array.Empty<(string, string)>() : [(ProbeTable.FileName, experiment.Probes.ToString())],
            ]);
    }

    /// <summary>Writes results: what an earlier run left goes first, the manifest, which says that all is there, comes last.</summary>
    /// <param name="folder">Made before.</param>
    /// <param name="scenario">The scenario.</param>
    /// <param name="scenarioPath">Its file, which the manifest names where no copy is kept.</param>
    /// <param name="copy">Whether the scenario's files are copied beside the results.</param>
    /// <param name="manifest">The manifest, of the scenario's file.</param>
    /// <param name="files">The other files.</param>
    /// <exception cref="PeerComputeException">The disk does not take it.</exception>
    public static void Write(
        string folder, Scenario scenario, string scenarioPath, bool copy, Func<string, string> manifest, params (string Name, string Text)[] files)
    {
        Guard(folder, () =>
        {
            foreach (var name in Known) File.Delete(Path.Combine(folder, name));
            if (Directory.Exists(Path.Combine(folder, ShrunkFolder.Name))) Directory.Delete(Path.Combine(folder, ShrunkFolder.Name), recursive: true);
            var file = (copy ? ScenarioCopy.Write(folder, scenario) : null) ?? Path.GetRelativePath(folder, scenarioPath);
            foreach (var (name, text) in files) File.WriteAllText(Path.Combine(folder, name), text);
            Replace(Path.Combine(folder, RunFolder.ManifestName), manifest(file));
        });
        Report.WritePage(folder, Path.Combine(folder, "report.html"));
    }

    /// <summary>Puts a text in place of whatever a file holds, whole or not at all.</summary>
    /// <exception cref="PeerComputeException">The disk does not take it.</exception>
    public static void Replace(string path, string text) => Guard(path, () =>
    {
        File.WriteAllText(path + SweepFolder.UnfinishedEnding, text);
        File.Move(path + SweepFolder.UnfinishedEnding, path, overwrite: true);
    });

    /// <summary>A manifest's text.</summary>
    public static string Json(object manifest) => JsonSerializer.Serialize(manifest, Form) + "\n";

    /// <summary>The manifest of a run with jobs.</summary>
    public static string Manifest(Scenario scenario, SimulationResult result, long said, string scenarioFile) => Json(
        new
        {
            result.Scenario,
            result.ScenarioHash,
            ScenarioFile = scenarioFile,
            scenario.Parameters,
            result.Seed,
            result.TraceHash,
            result.CoreMvid,
            CoreVersion,
            result.Nodes,
            result.Events,
            result.VirtualSeconds,
            Jobs = result.Jobs.Length,
            result.Accepted,
            ResponseSeconds = Summary.Of(result.Jobs.Where(static job => job.IsAccepted).Select(static job => job.ResponseSeconds)),
            PerTask = PerTask.Of(said, result.MessageBytes, result.BlobBytes, result.Jobs),
            result.Planted,
            result.Judged,
            result.Found,
            result.Adversaries,
            result.Messages,
            result.MessageBytes,
            result.BlobBytes,
            result.Crashes,
            result.OwedMicro,
            result.SettledMicro,
            result.IdleNodeHour,
            result.PerJob,
            result.Faults,
            Figures = result.Figures.ToDictionary(static f => f.Name, static f => f.Value),
            result.Violations,
            Runtime = RuntimeInformation.FrameworkDescription,
            result.WallSeconds,
            result.PeakBytes,
        });

    /// <summary>The moments of a run.</summary>
    public static string MetricsCsv(IEnumerable<MetricRow> rows)
    {
        var text = new StringBuilder("seconds,nodes_up,links,jobs_known,jobs_ended,tasks_accepted,leases_awarded,leases_ended,");
        text.Append("events,message_bytes,blob_bytes,queued,gossip,dht,adverts,market,dials,trace\n");
        foreach (var r in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"{r.AtMicros / 1_000_000}.{r.AtMicros / 1000 % 1000:000},{r.NodesUp},{r.Links},");
            text.Append(CultureInfo.InvariantCulture, $"{r.JobsKnown},{r.JobsEnded},{r.TasksAccepted},{r.LeasesAwarded},{r.LeasesEnded},");
            text.Append(CultureInfo.InvariantCulture, $"{r.Events},{r.MessageBytes},{r.BlobBytes},{r.Queued},");
            var t = r.Traffic;
            text.Append(CultureInfo.InvariantCulture, $"{t.Gossip},{t.Dht},{t.Adverts},{t.Market},{t.Dials},{r.Trace:x16}\n");
        }

        return text.ToString();
    }

    /// <summary>The jobs of a run.</summary>
    public static string JobsCsv(IEnumerable<JobRow> jobs)
    {
        var text = new StringBuilder("job,client,state,submitted_ms,ended_ms,tasks,tasks_accepted,leases,leases_settled,owed_micro,cause\n");
        foreach (var j in jobs)
        {
            text.Append(CultureInfo.InvariantCulture, $"{j.JobId},{j.Client},{j.State},{j.SubmittedMs},{j.EndedMs},{j.Tasks},{j.TasksAccepted},{j.Leases},");
            text.Append(CultureInfo.InvariantCulture, $"{j.LeasesSettled},{j.OwedMicro},\"{j.Cause.Replace("\"", "\"\"", StringComparison.Ordinal)}\"\n");
        }

        return text.ToString();
    }

    private static string Events(Metrics metrics)
    {
        var text = new StringBuilder();
        foreach (var e in metrics.Events)
        {
            text.Append(CultureInfo.InvariantCulture, $"{{\"us\":{e.AtMicros},\"node\":{e.Node},\"event\":\"{e.Kind}\",\"about\":\"{e.About}\"}}\n");
        }

        if (metrics.EventsLeftOut > 0) text.Append(CultureInfo.InvariantCulture, $"{{\"leftOut\":{metrics.EventsLeftOut}}}\n");
        return text.ToString();
    }
}
