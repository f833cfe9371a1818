// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Demo;
using PeerCompute.Cli.Output;
using PeerCompute.Cli.Simulating;
using PeerCompute.Simulator.Results;
using PeerCompute.Simulator.Sweeps;

namespace PeerCompute.Cli.Commands;

/// <summary><c>sim sweep</c>: a scenario at many points with many seeds, each run in a process of its own.</summary>
internal static class SimSweepVerb
{
    private const int JobsMost = 256;
    private const int LinesSaid = 20;

    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var scenario = new Argument<string>("SCENARIO") { Description = "Scenario file." };
        var seeds = new Option<string>("--seeds") { Description = "Seeds and ranges of them.", HelpName = "1..10", DefaultValueFactory = _ => "1..10" };
        var set = new Option<string[]>("--set")
        {
            Description = "Values of one of the scenario's parameters; several of these make a grid.", HelpName = "NAME=A,B,C",
        };
        var points = new Option<string?>("--points") { Description = "Points as a CSV file: parameters' names, then a line for each.", HelpName = "FILE" };
        var folder = new Option<string>("--out", "-o")
        {
            Description = "Folder of the sweep; one that was cut off is gone on with.", HelpName = "DIR", Required = true,
        };
        var jobs = new Option<int>("--jobs")
        {
            Description = "Processes at a time (one for each core).", HelpName = "N", DefaultValueFactory = _ => Math.Min(JobsMost, Environment.ProcessorCount),
        };
        var verb = new Command("sweep", "Run a scenario over a grid of parameters and seeds, in parallel processes.")
        {
            scenario, seeds, set, points, folder, jobs,
        };
        verb.SetAction((parsed, token) =>
        {
            var processes = parsed.GetValue(jobs);
            if (processes is < 1 or > JobsMost) throw new PeerComputeException(ErrorCode.Usage, $"--jobs {processes}: write a number from 1 to {JobsMost}.");
            var plan = SweepPlan.Parse(parsed.GetRequiredValue(seeds), parsed.GetValue(set) ?? [], parsed.GetValue(points));
            return RunAsync(Globals.TerminalOf(parsed), parsed.GetRequiredValue(folder), parsed.GetRequiredValue(scenario), plan, processes, token);
        });
        return verb;
    }

    private static async Task<int> RunAsync(
        Terminal terminal, string folder, string scenario, SweepPlan plan, int jobs, CancellationToken cancellationToken)
    {
        using var sweep = Sweep.Open(folder, scenario, plan);
        var eta = new Eta();
        var result = await sweep.RunAsync(
            jobs, (run, into, token) => StartAsync(sweep.ScenarioFile, run, into, token), p => Show(terminal, p, eta), cancellationToken);
        terminal.Progress("");
        foreach (var (run, exit) in result.Failed)
        {
            var complete = RunFolder.Is(Path.Combine(folder, run.Folder)); // a crash has the same exit code, and leaves no results
            var what = complete ? "a rule was broken" : $"exit code {exit.ExitCode}";
            terminal.Note($"error: {run.Folder}: {what}; to repeat it:");
            terminal.Note("  " + Repeat(sweep.ScenarioFile, run));
            if (exit.Said.Length > 0) terminal.Note("  " + exit.Said.Split('\n')[0]);
        }

        var table = Path.Combine(folder, "sweep.csv");
        terminal.Result(() => Json(result, sweep, table), console => Tables.Facts(
            console,
            ("points", Number(plan.Points.Count)),
            ("seeds", Number(plan.Seeds.Count)),
            ("runs", Number(result.Runs) + (result.Found > 0 ? $", {Number(result.Found)} of them finished before" : "")),
            ("failed", Number(result.Failed.Count)),
            ("table", table)));
        return result.Failed.Count == 0 ? 0 : result.Failed.Any(static f => f.Exit.ExitCode == (int)ErrorCode.Internal)
            ? (int)ErrorCode.Internal : result.Failed[0].Exit.ExitCode;
    }

    /// <summary>One run in a process of its own. Its standard input is a leash: when this process ends, however it ends, so does that one.</summary>
    private static async Task<SweepExit> StartAsync(string scenario, SweepRun run, string into, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Executable.Path)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        string[] arguments = [.. Executable.Arguments, .. RepeatCommand.Arguments(scenario, run.Seed, run.Point.Values), "-o", into, "--leash", "--no-copy"];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in SimRuntime.Settings(lanes: 1)) start.Environment.TryAdd(name, value);
        using var process = Process.Start(start) ?? throw new PeerComputeException(ErrorCode.Host, "A run cannot be started.");
        var said = new Queue<string>();
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null) return;
            said.Enqueue(line.Data);
            if (said.Count > LinesSaid) said.Dequeue();
        };
        process.OutputDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }

        return new SweepExit(process.ExitCode, string.Join('\n', said));
    }

    private static string Repeat(string scenario, SweepRun run) => RepeatCommand.Of(scenario, run.Seed, run.Point.Values);

    private static void Show(Terminal terminal, SweepProgress p, Eta eta)
    {
        var (own, failed) = (p.Runs - p.Found, p.Failed > 0 ? $", {p.Failed} failed" : "");
        var line = string.Create(CultureInfo.InvariantCulture, $"{p.Found + p.Done} of {p.Runs} runs, {p.Running} running{failed}");
        terminal.Progress(string.Join(", ", ((string[])[line, eta.Left((double)p.Done / Math.Max(1, own))]).Where(static part => part.Length > 0)));
    }

    private static JsonObject Json(SweepResult result, Sweep sweep, string table) => new()
    {
        ["runs"] = result.Runs,
        ["finishedBefore"] = result.Found,
        ["table"] = table,
        ["failed"] = new JsonArray([.. result.Failed.Select(f => (JsonNode?)new JsonObject
        {
            ["run"] = f.Run.Folder,
            ["exitCode"] = f.Exit.ExitCode,
            ["repeat"] = Repeat(sweep.ScenarioFile, f.Run),
            ["said"] = f.Exit.Said,
        })]),
    };

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
