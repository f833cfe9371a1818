// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime;
using PeerCompute.Core;
using PeerCompute.Simulator.Lanes;
using PeerCompute.Simulator.Matching;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Simulator.Overlays;
using PeerCompute.Simulator.Reports;
using PeerCompute.Simulator.Scenarios;
using PeerCompute.Simulator.Shrinking;

namespace PeerCompute.Simulator;

/// <summary>The door of the simulator: a scenario file and a seed in, a result and an output folder out.</summary>
public static class SimulatorRun
{
    /// <summary>Most lanes of a run.</summary>
    public const int LanesMost = LanePlan.Most;

    /// <summary>Runs a scenario, with one lane on the calling thread.</summary>
    /// <param name="scenarioPath">YAML file, see docs/simulator.md.</param>
    /// <param name="seed">Everything that chance decides follows from it.</param>
    /// <param name="outDir">Where manifest, metrics, jobs, events and report are written; null for nowhere.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="parameters">Values that take the place of those in the scenario's <c>parameters</c>.</param>
    /// <param name="copy">Whether the scenario's files are copied into <paramref name="outDir"/>, so that the folder alone can be run again.</param>
    /// <param name="lanes">Shares of the nodes that are worked on side by side, 1 to <see cref="LanesMost"/>; the run is the same with any number.</param>
    /// <returns>What came of it; look at <see cref="SimulationResult.Violations"/>.</returns>
    /// <exception cref="Base.Errors.PeerComputeException">
    /// The scenario is not there or not valid; names file and line. The output folder cannot be made.
    /// </exception>
    public static SimulationResult Run(
        string scenarioPath, ulong seed, string? outDir, Action<SimProgress>? progress, IReadOnlyDictionary<string, string>? parameters = null,
        bool copy = true, int lanes = 1)
    {
        if (outDir is not null) OutputFolder.Make(outDir);
        GCSettings.LatencyMode = GCLatencyMode.Batch; // nobody waits for a collection: none runs beside the run
        var scenario = ScenarioReader.ReadFile(scenarioPath, parameters);
        var watch = Stopwatch.StartNew();
        if (scenario.Overlay is not null)
        {
            var run = new OverlayRun(scenario, seed);
            var figures = run.Run(progress) with { WallSeconds = watch.Elapsed.TotalSeconds, PeakBytes = PeakBytes() };
            if (outDir is not null) OverlayFolder.Write(outDir, scenario, run, figures, scenarioPath, copy);
            return figures;
        }

        if (scenario.Matching != MatchingKind.Market)
        {
            var run = new MatchingRun(scenario, seed);
            var matched = run.Run(progress) with { WallSeconds = watch.Elapsed.TotalSeconds, PeakBytes = PeakBytes() };
            if (outDir is not null) MatchingFolder.Write(outDir, scenario, run, matched, scenarioPath, copy);
            return matched;
        }

        using var experiment = new Experiment(scenario, seed, Honest, lanes: lanes);
        var result = experiment.Run(progress) with { WallSeconds = watch.Elapsed.TotalSeconds, PeakBytes = PeakBytes() };
        if (outDir is not null) OutputFolder.Write(outDir, experiment, result, scenarioPath, copy);
        return result;
    }

    /// <summary>Looks for a smaller scenario that breaks the rule that a run broke first, and writes it beside the run's results.</summary>
    /// <param name="scenarioPath">The scenario's file.</param>
    /// <param name="parameters">Values of its parameters.</param>
    /// <param name="failed">What its run came to; has broken rules.</param>
    /// <param name="outDir">Folder of the results; the scenario goes into a folder in it.</param>
    /// <param name="runsMost">Most runs.</param>
    /// <param name="progress">Told how many runs are done, and what is tried.</param>
    /// <returns>Null where the run cannot be repeated from one file: its faults given as a list it breaks no such rule.</returns>
    /// <exception cref="Base.Errors.PeerComputeException">The scenario cannot be cut, or the folder not be written.</exception>
    public static ShrinkResult? Shrink(
        string scenarioPath, IReadOnlyDictionary<string, string> parameters, SimulationResult failed, string outDir, int runsMost,
        Action<int, string>? progress = null)
        => ShrunkFolder.Write(scenarioPath, parameters, failed, outDir, Honest, runsMost, progress);

    private static long PeakBytes()
    {
        using var own = Process.GetCurrentProcess();
        return own.PeakWorkingSet64;
    }

    /// <summary>The machine that the daemon runs.</summary>
    internal static INodeMachine Honest(MachineSite site) => new NodeCore(site.Signer, site.Settings, site.Secrets, site.Choices);
}
