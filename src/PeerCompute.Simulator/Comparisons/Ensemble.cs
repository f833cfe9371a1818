// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Results;
using PeerCompute.Simulator.Sweeps;

namespace PeerCompute.Simulator.Comparisons;

/// <summary>Runs of one point.</summary>
/// <param name="Point">Values of the parameters that the sweep varied.</param>
/// <param name="Runs">Its runs, by seed.</param>
public sealed record PointRuns(SweepPoint Point, IReadOnlyList<RunFolder> Runs)
{
    /// <summary>A number of the manifest, of every run that has it.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The values, in the order of the seeds.</returns>
    public double[] Values(string name) => [.. Runs.Where(run => run.Scalars.ContainsKey(name)).Select(run => run.Scalars[name])];

    /// <summary>Response times of accepted jobs of all runs, seconds.</summary>
    public double[] Responses() => [.. Runs.SelectMany(static run => run.Responses())];
}

/// <summary>A run, or all runs of a sweep or of one of its points.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Scenario">The scenario.</param>
/// <param name="Varied">Parameters that were varied.</param>
/// <param name="Points">Its points.</param>
public sealed record Ensemble(string Path, string Scenario, IReadOnlyList<string> Varied, IReadOnlyList<PointRuns> Points)
{
    /// <summary>All runs.</summary>
    public IEnumerable<RunFolder> Runs => Points.SelectMany(static point => point.Runs);

    /// <summary>Reads a folder of a run, a sweep, or a point of a sweep.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="PeerComputeException">It is neither, or cannot be read, or holds no complete run, or runs that are not of one point.</exception>
    public static Ensemble Read(string path)
    {
        if (RunFolder.Is(path))
        {
            var run = RunFolder.Read(path);
            return new Ensemble(path, run.Scenario, [], [new PointRuns(SweepPoint.Plain, [run])]);
        }

        if (!SweepFolder.Is(path) && Directory.Exists(path) && SweepFolder.RunsOf(path) is { Count: > 0 } seeds)
        {
            if (seeds.DistinctBy(static run => (run.ScenarioHash, run.CoreMvid)).Count() > 1)
                throw NoPoint(path, "of different scenarios, parameters or versions");
            if (seeds.DistinctBy(static run => run.Seed).Count() < seeds.Count) throw NoPoint(path, "of one seed twice");
            return new Ensemble(path, seeds[0].Scenario, [], [new PointRuns(SweepPoint.Plain, [.. seeds.OrderBy(static run => run.Seed)])]);
        }

        if (!SweepFolder.Is(path))
            throw new PeerComputeException(ErrorCode.NotFound, $"{path} holds neither a run nor a sweep: name a folder that sim run -o or sim sweep wrote.");
        var sweep = SweepFolder.Read(path);
        var points = sweep.Finished().GroupBy(run => string.Join(',', sweep.Varied.Select(name => run.Parameters.GetValueOrDefault(name, ""))))
            .Select(runs => new PointRuns(PointOf(runs.First(), sweep.Varied), [.. runs.DistinctBy(static run => run.Seed)])).ToList();
        if (points.Count == 0) throw new PeerComputeException(ErrorCode.NotFound, $"{path} holds no complete run: go on with its sweep.");
        return new Ensemble(path, sweep.Scenario, sweep.Varied, points);
    }

    private static PeerComputeException NoPoint(string path, string what)
        => new(ErrorCode.BadInput, $"{path} holds runs {what}: they are no point of a sweep. Name one of them, or a folder that sim sweep wrote.");

    private static SweepPoint PointOf(RunFolder run, IReadOnlyList<string> varied) => new(varied.ToImmutableSortedDictionary(
        static name => name, name => run.Parameters.GetValueOrDefault(name, ""), StringComparer.Ordinal));
}
