// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Reports;
using PeerCompute.Simulator.Results;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Sweeps;

/// <summary>
/// Runs a scenario at many points with many seeds, each in a process of its own; what an earlier sweep into the folder finished is not run again.
/// </summary>
public sealed class Sweep : IDisposable
{
    private const string LockName = ".sweep.lock";

    private readonly string _folder;
    private readonly SweepPlan _plan;
    private readonly FileStream _lock;
    private readonly List<SweepRun> _runs = [];
    private readonly List<(SweepRun Run, SweepExit Exit)> _broken = [];
    private readonly int _found;

    private Sweep(string folder, string scenarioPath, SweepPlan plan, FileStream held)
    {
        (_folder, _plan, _lock) = (folder, plan, held);
        var scenario = ScenarioReader.ReadFile(scenarioPath, plan.Points[0].Values);
        ScenarioFile = Begin(scenario, scenarioPath);
        foreach (var point in plan.Points)
        {
            var hash = ScenarioReader.ReadFile(ScenarioFile, point.Values).Hash.ToString();
            foreach (var run in plan.Seeds.Select(seed => new SweepRun(point, seed)))
            {
                if (Finished(run, hash) is not { } before)
                {
                    _runs.Add(run);
                    continue;
                }

                _found++;
                if (before.Violations > 0) _broken.Add((run, new SweepExit((int)ErrorCode.Internal, "")));
            }
        }
    }

    /// <summary>The scenario's file that is run: its copy in the folder.</summary>
    public string ScenarioFile { get; }

    /// <summary>Opens a folder for a sweep: a new one, or one that an earlier sweep of the same scenario left.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="scenarioPath">The scenario.</param>
    /// <param name="plan">Points and seeds.</param>
    /// <returns>The sweep, to be disposed.</returns>
    /// <exception cref="PeerComputeException">
    /// The scenario cannot be read at a point; the folder holds something else, or runs of another scenario or version, or another sweep works in it.
    /// </exception>
    public static Sweep Open(string folder, string scenarioPath, SweepPlan plan)
    {
        ScenarioReader.ReadFile(scenarioPath, plan.Points[0].Values); // before anything is written
        OutputFolder.Make(folder);
        if (!SweepFolder.Is(folder) && HoldsOthers(folder))
            throw new PeerComputeException(ErrorCode.Refused, $"{folder} holds something that is no sweep: name an empty or a new folder.");
        FileStream held;
        try
        {
            held = new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PeerComputeException(ErrorCode.Refused, $"Another sweep works in {folder}: wait for its end, or name another folder.", e);
        }

        try
        {
            return new Sweep(folder, scenarioPath, plan, held);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Runs what is missing.</summary>
    /// <param name="jobs">Processes at a time.</param>
    /// <param name="start">Runs one into a folder (made before) and waits for its end.</param>
    /// <param name="progress">Told when a run begins or ends.</param>
    /// <param name="cancellationToken">Ends it; complete runs stay.</param>
    /// <returns>What it came to; <c>sweep.csv</c> is written.</returns>
    public async Task<SweepResult> RunAsync(
        int jobs, Func<SweepRun, string, CancellationToken, Task<SweepExit>> start, Action<SweepProgress> progress, CancellationToken cancellationToken)
    {
        var failed = new List<(SweepRun Run, SweepExit Exit)>(_broken);
        var (done, running) = (0, 0);
        void Tell(int begun, int ended)
        {
            (running, done) = (running + begun - ended, done + ended);
            progress(new SweepProgress(_runs.Count + _found, _found, done, failed.Count, running));
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(_runs, options, async (run, token) =>
        {
            lock (failed) Tell(1, 0);
            var unfinished = Path.Combine(_folder, run.Unfinished);
            OutputFolder.Guard(unfinished, () =>
            {
                if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
                Directory.CreateDirectory(unfinished);
            });
            var exit = await start(run, unfinished, token);
            var complete = Complete(unfinished, exit.ExitCode);
            if (!complete && exit.ExitCode == 0) exit = new SweepExit((int)ErrorCode.Internal, "it left no results");
            OutputFolder.Guard(unfinished, () =>
            {
                if (complete) Directory.Move(unfinished, Path.Combine(_folder, run.Folder));
                else Directory.Delete(unfinished, recursive: true);
            });
            lock (failed)
            {
                if (exit.ExitCode != 0) failed.Add((run, exit));
                Tell(0, 1);
            }
        });
        failed.Sort((a, b) => string.CompareOrdinal(a.Run.Folder, b.Run.Folder));
        OutputFolder.Replace(Path.Combine(_folder, "sweep.csv"), SweepFolder.Read(_folder).Table(failed));
        return new SweepResult(_runs.Count + _found, _found, failed);
    }

    /// <summary>Leaves the folder to others.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>Whether a folder that is no sweep's holds what is not ours: beside its lock a sweep that was cut off at once leaves the scenario.</summary>
    private static bool HoldsOthers(string folder)
    {
        var names = Directory.EnumerateFileSystemEntries(folder).Select(static path => Path.GetFileName(path)).ToList();
        return names.Contains(LockName)
            ? names.Any(static name => name is not (LockName or ScenarioCopy.Folder or SweepFolder.ManifestName + SweepFolder.UnfinishedEnding))
            : names.Count > 0;
    }

    /// <summary>Whether a run left what its exit code says: 70 is that of a broken rule and of a crash alike.</summary>
    private static bool Complete(string folder, int exitCode)
    {
        if (exitCode is not (0 or (int)ErrorCode.Internal) || !RunFolder.Is(folder)) return false;
        try
        {
            return RunFolder.Read(folder).Violations > 0 == (exitCode != 0);
        }
        catch (PeerComputeException)
        {
            return false;
        }
    }

    private string Begin(Scenario scenario, string scenarioPath)
    {
        var hash = ScenarioCopy.HashOfFiles(scenario).ToString();
        IReadOnlyList<string> varied = _plan.Varied;
        string file;
        if (SweepFolder.Is(_folder))
        {
            var before = SweepFolder.Read(_folder);
            if (before.FilesHash != hash) throw Other($"a sweep of another scenario, or of {scenarioPath} before it was changed");
            var own = Modules.All;
            if (before.Modules.Count != own.Count || own.Any(one => before.Modules.GetValueOrDefault(one.Key) != one.Value))
                throw Other("a sweep of another version of the simulated code");
            varied = [.. varied.Union(before.Varied).Order(StringComparer.Ordinal)];
            file = before.ScenarioFile;
        }
        else
        {
            file = "";
            OutputFolder.Guard(_folder, () => file = ScenarioCopy.Write(_folder, scenario) ?? Path.GetRelativePath(_folder, scenarioPath));
        }

        var manifest = SweepFolder.Manifest(scenario.Name, hash, file, _plan.Points.Count * _plan.Seeds.Count, varied);
        OutputFolder.Replace(Path.Combine(_folder, SweepFolder.ManifestName), manifest);
        return Path.Combine(_folder, file);
    }

    private RunFolder? Finished(SweepRun run, string hash)
    {
        var path = Path.Combine(_folder, run.Folder);
        if (!RunFolder.Is(path)) return null;
        var before = RunFolder.Read(path);
        return before.ScenarioHash == hash && before.Seed == run.Seed ? before
            : throw Other(string.Create(CultureInfo.InvariantCulture, $"{run.Folder}, which is no run of this scenario with seed {run.Seed}"));
    }

    private PeerComputeException Other(string what)
        => new(ErrorCode.Refused, $"{_folder} holds {what}: its runs and new ones would not be of one experiment. Name another folder.");
}
