// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Output;
using PeerCompute.Simulator;
using PeerCompute.Simulator.Reality;
using PeerCompute.Simulator.Results;

namespace PeerCompute.Cli.Reality;

/// <summary><c>sim run --real</c>: a scenario as processes, alone or beside its simulation.</summary>
/// <param name="plan">What is run.</param>
/// <param name="terminal">Where it tells.</param>
internal sealed class RealCommand(RealPlan plan, Terminal terminal)
{
    private static readonly (string Name, string Words)[] Figures =
    [
        ("responseSeconds.p50", "response, median (s)"),
        ("responseSeconds.p95", "response, 95th percentile (s)"),
        ("perTask.market", "market messages per task"),
        ("perTask.messageBytes", "bytes of them per task"),
        ("perTask.blobBytes", "blob bytes per task"),
        ("perJob.gossip", "gossip RPCs per job, beyond idle"),
        ("perJob.dht", "questions of the DHT per job, beyond idle"),
        ("perJob.adverts", "adverts asked for per job"),
        ("perJob.dials", "connections begun per job, beyond idle"),
        ("idleNodeHour.gossip", "gossip RPCs per idle node hour"),
        ("idleNodeHour.dht", "questions of the DHT per idle node hour"),
    ];

    /// <summary>Runs it for real.</summary>
    /// <param name="folder">Where results go; null for nowhere.</param>
    /// <param name="copy">Whether the scenario's files are copied there.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string? folder, bool copy, CancellationToken cancel)
    {
        var run = await RealAsync(folder, copy, cancel);
        terminal.Result(() => Json(run), console => Tables.Facts(
            console,
            [
                ("scenario", plan.Name),
                ("seed", plan.Seed.ToString(CultureInfo.InvariantCulture)),
                ("processes", Number(plan.Nodes.Length)),
                ("real time", $"{Number(run.Samples[^1].AtMicros / 1_000_000)} s"),
                ("jobs accepted", $"{run.Jobs.Count(static job => job.IsAccepted)} of {plan.Jobs.Length}"),
                ("results", folder ?? ""),
            ]));
        return 0;
    }

    /// <summary>Runs it in virtual time, then for real, and shows both.</summary>
    /// <param name="folder">Results go to <c>simulated</c> and <c>real</c> in it.</param>
    /// <param name="parameters">Values that take the place of those in the scenario's <c>parameters</c>.</param>
    /// <param name="copy">Whether the scenario's files are copied there.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> BesideAsync(string folder, IReadOnlyDictionary<string, string> parameters, bool copy, CancellationToken cancel)
    {
        var (simulated, real) = (Path.Combine(folder, "simulated"), Path.Combine(folder, "real"));
        var result = SimulatorRun.Run(plan.Path, plan.Seed, simulated, _ => cancel.ThrowIfCancellationRequested(), parameters, copy);
        await RealAsync(real, copy, cancel);
        var (a, b) = (RunFolder.Read(simulated).Scalars, RunFolder.Read(real).Scalars);
        var rows = Figures.Where(f => a.ContainsKey(f.Name) && b.ContainsKey(f.Name)).Select(f => (f.Name, f.Words, A: a[f.Name], B: b[f.Name])).ToList();
        terminal.Result(
            () => new JsonObject
            {
                ["figures"] = new JsonArray([
                    .. rows.Select(static r => (JsonNode)new JsonObject { ["name"] = r.Name, ["simulated"] = r.A, ["real"] = r.B }),
                ]),
            },
            console => Tables.Rows(
                console, ["figure", "simulated#", "real#", "difference#"],
                rows.Select(static r => (string[])[r.Words, Short(r.A), Short(r.B), Percent(r.A, r.B)])));
        return result.Violations.IsEmpty ? 0 : (int)ErrorCode.Internal;
    }

    private async Task<RealRun> RealAsync(string? folder, bool copy, CancellationToken cancel)
    {
        if (!OperatingSystem.IsLinux())
            throw new PeerComputeException(ErrorCode.Host, "--real needs Linux: each node has a loopback address of its own, which other systems lack.");
        if (folder is not null) RealFolder.Make(folder);
        var run = new RealRun(plan, terminal);
        await run.RunAsync(cancel);
        if (folder is not null) RealFolder.Write(folder, plan, run.Samples, run.Jobs, run.Crashes, copy);
        return run;
    }

    private JsonObject Json(RealRun run) => new()
    {
        ["scenario"] = plan.Name,
        ["seed"] = plan.Seed,
        ["real"] = true,
        ["nodes"] = plan.Nodes.Length,
        ["realSeconds"] = run.Samples[^1].AtMicros / 1_000_000,
        ["jobs"] = run.Jobs.Count,
        ["accepted"] = run.Jobs.Count(static job => job.IsAccepted),
        ["crashes"] = run.Crashes,
    };

    private static string Percent(double a, double b)
        => a == 0 ? b == 0 ? "0 %" : "" : ((b - a) / a).ToString("+0.0 %;-0.0 %;0.0 %", CultureInfo.InvariantCulture);

    private static string Short(double value) => value.ToString(Math.Abs(value) >= 100 ? "N0" : "0.##", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
