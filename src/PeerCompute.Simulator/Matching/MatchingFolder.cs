// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Overlays;
using PeerCompute.Simulator.Reports;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Matching;

/// <summary>Writes what the run of a baseline leaves behind: the market's files, less the events.</summary>
internal static class MatchingFolder
{
    public static void Write(string folder, Scenario scenario, MatchingRun run, SimulationResult result, string scenarioPath, bool copy)
        => OutputFolder.Write(
            folder, scenario, scenarioPath, copy, file => OutputFolder.Manifest(scenario, result, result.Messages, file),
            ("metrics.csv", OverlayFolder.Metrics(run.World, run.Rows)), ("jobs.csv", OutputFolder.JobsCsv(result.Jobs)));
}
