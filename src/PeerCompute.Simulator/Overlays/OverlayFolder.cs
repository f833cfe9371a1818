// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Simulator.Reports;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Overlays;

/// <summary>Writes what the run of an overlay leaves behind: manifest.json, metrics.csv, times.csv, report.html.</summary>
internal static class OverlayFolder
{
    private const int TimeRows = 1000;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    public static void Write(string folder, Scenario scenario, OverlayRun run, SimulationResult result, string scenarioPath, bool copy)
        => OutputFolder.Write(
            folder, scenario, scenarioPath, copy, file => Manifest(scenario, result, file),
            ("metrics.csv", Metrics(run.World, run.Rows)), ("times.csv", Times(run.World.Times)));

    private static string Manifest(Scenario scenario, SimulationResult result, string file)
    {
        var figures = new JsonObject();
        foreach (var (name, value) in result.Figures) figures[name] = value;
        var parameters = new JsonObject();
        foreach (var (name, value) in scenario.Parameters) parameters[name] = value;
        return new JsonObject
        {
            ["scenario"] = result.Scenario,
            ["scenarioHash"] = result.ScenarioHash,
            ["scenarioFile"] = file,
            ["parameters"] = parameters,
            ["seed"] = result.Seed,
            ["traceHash"] = result.TraceHash,
            ["coreMvid"] = result.CoreMvid.ToString(),
            ["coreVersion"] = OutputFolder.CoreVersion,
            ["libp2pMvid"] = typeof(GossipRouter).Module.ModuleVersionId.ToString(),
            ["nodes"] = result.Nodes,
            ["events"] = result.Events,
            ["virtualSeconds"] = result.VirtualSeconds,
            ["messages"] = result.Messages,
            ["messageBytes"] = result.MessageBytes,
            ["figures"] = figures,
            ["violations"] = new JsonArray(),
            ["runtime"] = RuntimeInformation.FrameworkDescription,
            ["wallSeconds"] = result.WallSeconds,
            ["peakBytes"] = result.PeakBytes,
        }.ToJsonString(Json) + "\n";
    }

    /// <summary>The running counts as a table.</summary>
    public static string Metrics(OverlayWorld world, IReadOnlyList<(long AtMicros, long Events, long[] Row)> rows)
    {
        var text = new StringBuilder("seconds,events," + string.Join(',', world.Columns) + "\n");
        foreach (var (at, events, row) in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"{at / 1_000_000}.{at / 1000 % 1000:000},{events}");
            foreach (var value in row) text.Append(CultureInfo.InvariantCulture, $",{value}");
            text.Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The distribution: so many thousandths take no longer.</summary>
    private static string Times(List<int> sorted)
    {
        var text = new StringBuilder("permille,ms\n");
        for (var i = 1; i <= TimeRows && sorted.Count > 0; i++)
            text.Append(CultureInfo.InvariantCulture, $"{i},{TimeRanks.Of(sorted, i) / 1000.0}\n");
        return text.ToString();
    }
}
