// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Output;
using PeerCompute.Cli.Reality;
using PeerCompute.Simulator;
using PeerCompute.Simulator.Reality;

namespace PeerCompute.Cli.Commands;

/// <summary><c>sim run</c>: a scenario in virtual time.</summary>
internal static class SimVerb
{
    /// <summary>The verbs.</summary>
    public static Command Make()
    {
        var scenario = new Argument<string>("SCENARIO") { Description = "Scenario file." };
        var seed = new Option<ulong>("--seed")
        {
            Description = "Everything that chance decides follows from it.",
            DefaultValueFactory = _ => 1,
        };
        var folder = new Option<string?>("--out", "-o") { Description = "Folder for manifest, metrics, events and report.", HelpName = "DIR" };
        var set = new Option<string[]>("--set") { Description = "A value for one of the scenario's parameters, again for each.", HelpName = "NAME=VALUE" };
        var leash = new Option<bool>("--leash") { Description = "End when standard input ends.", Hidden = true };
        var bare = new Option<bool>("--no-copy") { Description = "Copy no scenario into the results.", Hidden = true };
        var lanes = new Option<int>("--lanes")
        {
            Description = "Share the nodes among so many threads; the run is the same. Only where the scenario has no jobs.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        lanes.Validators.Add(given =>
        {
            if (given.GetValue(lanes) is < 1 or > SimulatorRun.LanesMost) given.AddError($"--lanes takes 1 to {SimulatorRun.LanesMost}.");
        });
        var (shrink, runs) = (SimShrinking.Wanted(), SimShrinking.Runs());
        var real = new Option<bool>("--real") { Description = "Run it as real processes, in real time: 2 to 50 nodes (docs/simulator.md)." };
        var beside = new Option<bool>("--beside") { Description = "Run it in virtual time, then as real processes, and show both; needs -o." };
        var run = new Command("run", "Run a scenario; the same seed gives the same trace.")
        {
            scenario, seed, folder, set, lanes, shrink, runs, real, beside, leash, bare,
        };
        run.SetAction(async (parsed, token) =>
        {
            using var leave = CancellationTokenSource.CreateLinkedTokenSource(token);
            if (parsed.GetValue(leash)) _ = DaemonVerb.LeaveWithStandardInputAsync(leave);
            var (terminal, eta, to) = (Globals.TerminalOf(parsed), new Eta(), parsed.GetValue(folder));
            try
            {
                var (file, values) = (parsed.GetRequiredValue(scenario), Values(parsed.GetValue(set)));
                if (parsed.GetValue(real) || parsed.GetValue(beside))
                {
                    var command = new RealCommand(RealPlan.Read(file, parsed.GetValue(seed), values), terminal);
                    if (!parsed.GetValue(beside)) return await command.RunAsync(to, !parsed.GetValue(bare), leave.Token);
                    if (to is null) throw new PeerComputeException(ErrorCode.Usage, "--beside needs a folder: name one with -o.");
                    return await command.BesideAsync(to, values, !parsed.GetValue(bare), leave.Token);
                }

                if (parsed.GetValue(shrink) && to is null) throw new PeerComputeException(ErrorCode.Usage, SimShrinking.NoFolder);
                var result = SimulatorRun.Run(
                    file, parsed.GetValue(seed), to, p => Show(terminal, p, eta, leave.Token), values, !parsed.GetValue(bare), parsed.GetValue(lanes));
                terminal.Progress("");
                var repeat = RepeatCommand.Of(file, result.Seed, values);
                var exit = ExitCode(result, repeat, terminal);
                var shrunk = parsed.GetValue(shrink) ? SimShrinking.Run(terminal, file, values, result, to!, parsed.GetValue(runs), leave.Token) : null;
                Show(terminal, result, to ?? "", repeat, shrunk);
                return exit;
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested)
            {
                return (int)ErrorCode.Unavailable; // Who held the leash is gone: nobody reads this.
            }
        });
        return new Command("sim", "Simulate many nodes in virtual time.")
        {
            run, SimSweepVerb.Make(), SimCompareVerb.Make(), SimReportVerb.Make(), SimReplayVerb.Make(), SimListVerb.Make(), SimInteropVerb.Make(),
        };
    }

    private static void Show(Terminal terminal, SimulationResult result, string folder, string repeat, JsonObject? shrunk)
        => terminal.Result(() => Json(result, repeat, shrunk), console => Tables.Facts(
        console,
        [
            ("scenario", result.Scenario),
            ("seed", result.Seed.ToString(CultureInfo.InvariantCulture)),
            ("trace", result.TraceHash),
            ("nodes", Number(result.Nodes)),
            ("events", Number(result.Events)),
            .. result.Jobs.IsEmpty && !result.Figures.IsEmpty ? [] : Market(result),
            .. result.Figures.Select(static f => (f.Name.Replace('_', ' '), f.Value.ToString("#,0.####", CultureInfo.InvariantCulture))),
            ("results", folder),
        ]));

    private static IEnumerable<(string, string)> Market(SimulationResult result) =>
    [
        ("virtual time", $"{Number(result.VirtualSeconds)} s"),
        ("jobs accepted", $"{result.Accepted} of {result.Jobs.Length}"),
        ("lies found", $"{result.Found} of {result.Judged} judged, {result.Planted} planted"),
        ("idle node hour", Words(result.IdleNodeHour)),
        ("per job", Words(result.PerJob)),
        .. result.Faults.IsEmpty ? Array.Empty<(string, string)>() : [("faults", Number(result.Faults.Length))],
        ("rules broken", Number(result.Violations.Length)),
    ];

    private static SortedDictionary<string, string> Values(string[]? settings)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var setting in settings ?? [])
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw new PeerComputeException(ErrorCode.BadInput, $"--set {setting}: write NAME=VALUE.");
            values[setting[..equals]] = setting[(equals + 1)..];
        }

        return values;
    }

    private static int ExitCode(SimulationResult result, string repeat, Terminal terminal)
    {
        foreach (var violation in result.Violations)
            terminal.Note(string.Create(CultureInfo.InvariantCulture, $"error: at {violation.AtMicros} µs {violation.Rule}: {violation.Text}"));
        if (result.Violations.IsEmpty) return 0;
        terminal.Note("to repeat it:");
        terminal.Note("  " + repeat);
        return (int)ErrorCode.Internal;
    }

    private static void Show(Terminal terminal, SimProgress progress, Eta eta, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (seconds, end) = (progress.VirtualMicros / 1_000_000, progress.EndMicros / 1_000_000);
        terminal.Progress(string.Create(
            CultureInfo.InvariantCulture,
            $"{seconds} of {end} virtual seconds, {progress.Events} events, {progress.JobsEnded} of {progress.Jobs} jobs, ")
            + eta.Left((double)progress.VirtualMicros / progress.EndMicros));
    }

    private static JsonObject Json(SimulationResult result, string repeat, JsonObject? shrunk) => new()
    {
        ["scenario"] = result.Scenario,
        ["scenarioSha256"] = result.ScenarioHash,
        ["seed"] = result.Seed,
        ["traceHash"] = result.TraceHash,
        ["coreMvid"] = result.CoreMvid.ToString(),
        ["nodes"] = result.Nodes,
        ["events"] = result.Events,
        ["virtualSeconds"] = result.VirtualSeconds,
        ["messages"] = result.Messages,
        ["idleNodeHour"] = Json(result.IdleNodeHour),
        ["perJob"] = Json(result.PerJob),
        ["messageBytes"] = result.MessageBytes,
        ["blobBytes"] = result.BlobBytes,
        ["crashes"] = result.Crashes,
        ["jobs"] = result.Jobs.Length,
        ["accepted"] = result.Accepted,
        ["planted"] = result.Planted,
        ["judged"] = result.Judged,
        ["found"] = result.Found,
        ["owedMicro"] = result.OwedMicro,
        ["settledMicro"] = result.SettledMicro,
        ["figures"] = new JsonObject(result.Figures.Select(static f => KeyValuePair.Create(f.Name, (JsonNode?)f.Value))),
        ["wallMs"] = (long)(result.WallSeconds * 1000),
        ["repeat"] = repeat,
        ["shrunk"] = shrunk,
        ["faults"] = new JsonArray([.. result.Faults.Select(static fault => (JsonNode)fault)]),
        ["violations"] = new JsonArray([
            .. result.Violations.Select(v => (JsonNode)new JsonObject { ["atMicros"] = v.AtMicros, ["rule"] = v.Rule, ["text"] = v.Text }),
        ]),
    };

    private static JsonObject Json(Traffic t)
        => new() { ["gossip"] = t.Gossip, ["dht"] = t.Dht, ["adverts"] = t.Adverts, ["market"] = t.Market, ["dials"] = t.Dials };

    private static string Words(Traffic t)
        => $"gossip {Number(t.Gossip)}, DHT {Number(t.Dht)}, adverts {Number(t.Adverts)}, market {Number(t.Market)}, dials {Number(t.Dials)}";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
