// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using PeerCompute.Api.V1;
using PeerCompute.Base.Crypto;
using PeerCompute.Client.Jobs;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Benchmarks.Jobs;

/// <summary>What a job costs beside its work: a client and a worker of the built program on this machine, no-op tasks.</summary>
internal static class JobsSuite
{
    private const int Starts = 5;
    private const int Submissions = 30;
    private const int Tasks = 512;
    private const int TasksPerLease = 64;

    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    /// <summary>The runtime compiles hot code anew for a while after a start.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(20);

    /// <summary>Runs the suite.</summary>
    public static async IAsyncEnumerable<Figure> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("pcb-").FullName;
        var bare = await BareStartAsync();
        var starts = new List<double>();
        for (var i = 0; i < Starts; i++)
        {
            await using var daemon = await BenchDaemon.StartAsync(Path.Combine(folder, "s"), light: false);
            starts.Add(daemon.Start.TotalMilliseconds);
        }

        yield return new Figure("daemon start p50, against the program's --version", Quantile(starts, 0.5), "ms", bare, "lower");

        await using var worker = await BenchDaemon.StartAsync(Path.Combine(folder, "w"), light: false);
        await using var client = await BenchDaemon.StartAsync(Path.Combine(folder, "c"), light: true);
        await JobAsync(client, worker, 1, 1);
        await Task.Delay(Settle);
        var before = worker.Usage();
        await Task.Delay(Idle);
        var after = worker.Usage();
        yield return new Figure("idle memory of a connected worker", after.Resident / 1e6, "MB", Better: "lower");
        yield return new Figure("idle processor time of a connected worker", (after.Cpu - before.Cpu) / Idle * 100, "% of a core", Better: "lower");

        var running = new List<double>();
        var whole = new List<double>();
        for (var i = 0; i < Submissions; i++)
        {
            var (began, ended) = await JobAsync(client, worker, 1, 1);
            running.Add(began);
            whole.Add(ended);
        }

        var task = await BareTasksAsync(folder);
        yield return new Figure("submit to running p50", Quantile(running, 0.5), "ms", Better: "lower");
        yield return new Figure("submit to running p95", Quantile(running, 0.95), "ms", Better: "lower");
        yield return new Figure("submit to accepted, one no-op task, p50", Quantile(whole, 0.5), "ms", Better: "lower");
        var (_, all) = await JobAsync(client, worker, Tasks, TasksPerLease);
        yield return new Figure(
            $"no-op tasks, leased, run, confirmed and accepted ({TasksPerLease} a lease), against one bare child", Tasks / (all / 1000), "1/s", 1000 / task);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Milliseconds from submission until the first task runs, and until the job is accepted.</summary>
    private static async Task<(double Began, double Ended)> JobAsync(BenchDaemon client, BenchDaemon worker, int tasks, int perLease)
    {
        var module = BenchDaemon.Find("docs/samples/misc/noop.wasm");
        var job = JobFile.Parse(
            string.Create(CultureInfo.InvariantCulture, $$"""
                name: noop
                module: {{module}}
                tasks: {{tasks}}
                limits: {memory: 1MiB, fuel: 10M, wall: 60s, output: 1KiB}
                placement: {tasks-per-lease: {{perLease}}, parallel: 2}
                """),
            "noop.yaml",
            Path.GetDirectoryName(module)!);
        var submission = await JobUpload.UploadAsync(client.Client, job, [worker.Address], CancellationToken.None);
        var watch = Stopwatch.StartNew();
        Hash32 id = await client.Client.SubmitAsync(submission, CancellationToken.None);
        double began = 0;
        JobView? last = null;
        await foreach (var view in client.Client.WatchAsync(id, CancellationToken.None))
        {
            last = view;
            if (began == 0 && view.Tasks.Any(static t => t.State >= TaskState.Running)) began = watch.Elapsed.TotalMilliseconds;
        }

        if (last?.State != JobState.Accepted) throw new InvalidOperationException($"the job was not accepted: {last}");
        return (began, watch.Elapsed.TotalMilliseconds);
    }

    private static async Task<double> BareStartAsync()
    {
        var times = new List<double>();
        for (var i = 0; i < Starts; i++)
        {
            var watch = Stopwatch.StartNew();
            using var process = Process.Start(new ProcessStartInfo(BenchDaemon.Program, ["--version"]) { RedirectStandardOutput = true })!;
            await process.WaitForExitAsync();
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        return Quantile(times, 0.5);
    }

    /// <summary>Milliseconds of one no-op task in a sandboxed child without a network, a journal or a confirmation.</summary>
    private static async Task<double> BareTasksAsync(string folder)
    {
        using var executor = new WasmExecutor(new SandboxOptions { Command = SandboxCommand.ForAssembly(typeof(JobsSuite).Assembly.Location) });
        await executor.ProbeAsync(CancellationToken.None);
        var spec = new LeaseRunSpec { ModulePath = BenchDaemon.Find("docs/samples/misc/noop.wasm"), WorkRoot = folder };
        await using var run = await executor.StartAsync(spec, CancellationToken.None);
        await run.RunTaskAsync(new TaskSpec { Index = 0 }, null, CancellationToken.None);
        var watch = Stopwatch.StartNew();
        for (ulong i = 1; i <= Tasks; i++) await run.RunTaskAsync(new TaskSpec { Index = i }, null, CancellationToken.None);
        return watch.Elapsed.TotalMilliseconds / Tasks;
    }

    private static double Quantile(List<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted[(int)((sorted.Length - 1) * share)];
    }
}
