// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Tests;

/// <summary>Scenarios and runs for tests.</summary>
internal static class Lab
{
    public static string Root { get; } = FindRoot();

    public static string Sample(string name) => Path.Combine(Root, "docs", "samples", "scenarios", name + ".yaml");

    public static Scenario Read(string name) => ScenarioReader.ReadFile(Sample(name));

    public static Scenario Parse(string yaml) => ScenarioReader.Read("test.yaml", Encoding.UTF8.GetBytes(yaml));

    public static Experiment Prepare(Scenario scenario, ulong seed) => new(scenario, seed, SimulatorRun.Honest);

    public static SimulationResult Run(Scenario scenario, ulong seed) => Prepare(scenario, seed).Run();

    public static string Text(SimulationResult result)
    {
        var text = new StringBuilder();
        text.Append($"seed {result.Seed} trace {result.TraceHash}: {result.Events} events, {result.Messages} messages, {result.Crashes} crashes, ");
        text.Append($"{result.Accepted}/{result.Jobs.Length} accepted, lies {result.Planted}/{result.Judged}/{result.Found}, ");
        text.Append($"owed {result.OwedMicro} settled {result.SettledMicro}\n");
        foreach (var job in result.Jobs)
        {
            if (job.State != "Accepted") text.Append($"{job.JobId[..8]} of {job.Client}: {job.State} {job.TasksAccepted}/{job.Tasks}: {job.Cause}\n");
        }

        foreach (var v in result.Violations) text.Append($"VIOLATION {v.AtMicros} {v.Rule}: {v.Text}\n");
        return text.ToString();
    }

    private static string FindRoot()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "PeerCompute.sln"))) at = Path.GetDirectoryName(at)!;
        return at;
    }
}
