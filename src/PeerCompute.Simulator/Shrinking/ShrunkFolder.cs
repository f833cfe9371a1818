// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Errors;
using PeerCompute.Core;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Simulator.Reports;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Shrinking;

/// <summary>A folder with a shrunk scenario and the data that it names.</summary>
internal static class ShrunkFolder
{
    /// <summary>The folder within the results of a run.</summary>
    public const string Name = "shrunk";

    /// <summary>Shrinks a scenario that broke a rule, and writes what is left.</summary>
    /// <param name="scenarioPath">The scenario's file.</param>
    /// <param name="parameters">Values of its parameters.</param>
    /// <param name="failed">What its run came to.</param>
    /// <param name="folder">Folder of the run's results.</param>
    /// <param name="machines">Makes the nodes' machines.</param>
    /// <param name="runsMost">Most runs.</param>
    /// <param name="progress">Told how many runs are done, and what is tried.</param>
    public static ShrinkResult? Write(
        string scenarioPath, IReadOnlyDictionary<string, string> parameters, SimulationResult failed, string folder, Func<MachineSite, INodeMachine> machines,
        int runsMost, Action<int, string>? progress)
    {
        var scenario = ScenarioReader.ReadFile(scenarioPath, parameters);
        if (scenario.Overlay is not null || ScenarioCopy.Leave(scenario))
            throw new PeerComputeException(ErrorCode.BadInput, "A world of one protocol, or one with files outside the scenario's folder, is not shrunk.");
        var (rule, into) = (failed.Violations[0].Rule, Path.Combine(folder, Name));
        OutputFolder.Make(into);
        ScenarioCopy.WriteData(into, scenario);
        var file = Path.Combine(into, Path.GetFileName(scenarioPath));
        var tree = ScenarioTree.Of(ScenarioSource.Open(scenarioPath, parameters).Source.Root);
        tree.Remove("parameters");
        tree.Set("name", scenario.Name);
        tree.Give(Drawn(scenario, failed.Seed));
        tree.Set("liveness", scenario.Liveness.ToString(CultureInfo.InvariantCulture));
        var candidate = file + ".candidate"; // where the search is cut off, what lies under the scenario's name breaks the rule
        Shrinker? shrinker = null;
        shrinker = new Shrinker(Read, Run, runsMost);
        (ScenarioTree Tree, SimulationResult Result)? found;
        try
        {
            found = shrinker.Shrink(tree, rule, what => progress?.Invoke(shrinker.Runs, what));
        }
        finally
        {
            File.Delete(candidate);
        }

        if (found is not { } small)
        {
            Directory.Delete(into, recursive: true);
            return null;
        }

        Keep(small.Tree.ToString());
        return new ShrinkResult(file, rule, shrinker.Runs, small.Result);

        Scenario Read(ScenarioTree smaller)
        {
            OutputFolder.Replace(candidate, smaller.ToString());
            return ScenarioReader.ReadFile(candidate);
        }

        SimulationResult Run(Scenario smaller)
        {
            using var experiment = new Experiment(smaller, failed.Seed, machines);
            var result = experiment.Run();
            if (result.Violations.Any(violation => violation.Rule == rule)) Keep(File.ReadAllText(candidate));
            return result;
        }

        void Keep(string text)
        {
            var from = string.Create(CultureInfo.InvariantCulture, $"seed {failed.Seed}; cut down from {scenario.Name} in {shrinker?.Runs} runs");
            OutputFolder.Replace(file, $"# Breaks the rule '{rule}' with {from}.\n{text}");
        }
    }

    private static System.Collections.Immutable.ImmutableArray<Faults.Fault> Drawn(Scenario scenario, ulong seed)
        => Faults.FaultSwarm.Draw(scenario.Faults, seed, scenario.NodeCount, scenario.DurationMicros);
}
