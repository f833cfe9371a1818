// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Benchmarks.Sandbox;

/// <summary>What the walls cost: the start of a lease's child, its first task, and every task after that; against the same child without bubblewrap.</summary>
internal static class SandboxSuite
{
    private const int Leases = 30;
    private const int Tasks = 200;

    /// <summary>Runs the suite.</summary>
    public static async IAsyncEnumerable<Figure> RunAsync()
    {
        var options = new SandboxOptions { Command = SandboxCommand.ForAssembly(typeof(SandboxSuite).Assembly.Location) };
        Times plain = await MeasureAsync(options with { SearchPath = "/nowhere" });
        Times walled = await MeasureAsync(options);
        string name = walled.Isolation.Name(), bare = plain.Isolation.Name();
        yield return new Figure($"lease start p50, {name} against {bare}", Quantile(walled.Starts, 0.5), "ms", Quantile(plain.Starts, 0.5), "lower");
        yield return new Figure($"lease start p95, {name} against {bare}", Quantile(walled.Starts, 0.95), "ms", Quantile(plain.Starts, 0.95), "lower");
        yield return new Figure("first task of a lease p50", Quantile(walled.First, 0.5), "ms", Quantile(plain.First, 0.5), "lower");
        yield return new Figure("compiling in the first task of a lease p50", Quantile(walled.FirstCompile, 0.5), "ms", Quantile(walled.First, 0.5), "lower");
        yield return new Figure($"compiling in the next {Tasks} tasks together", walled.LaterCompile.Sum(), "ms", Quantile(walled.FirstCompile, 0.5), "lower");
        yield return new Figure("no-op task in a running lease p50", Quantile(walled.Later, 0.5), "ms", Quantile(plain.Later, 0.5), "lower");
        yield return new Figure("no-op task in a running lease p95", Quantile(walled.Later, 0.95), "ms", Quantile(plain.Later, 0.95), "lower");
        yield return new Figure("no-op tasks in one lease", Tasks / (walled.Later.Sum() / 1000), "1/s", Tasks / (plain.Later.Sum() / 1000));
    }

    private static async Task<Times> MeasureAsync(SandboxOptions options)
    {
        using var executor = new WasmExecutor(options);
        var times = new Times((await executor.ProbeAsync(CancellationToken.None)).Isolation);
        string folder = Directory.CreateTempSubdirectory("bench").FullName;
        var spec = new LeaseRunSpec { ModulePath = Module(), WorkRoot = folder };
        for (int lease = 0; lease < Leases; lease++)
        {
            long start = Stopwatch.GetTimestamp();
            await using LeaseRun run = await executor.StartAsync(spec, CancellationToken.None);
            times.Starts.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await TaskAsync(run, 0, times.First, times.FirstCompile);
            if (lease > 0) continue;
            for (ulong index = 1; index <= Tasks; index++) await TaskAsync(run, index, times.Later, times.LaterCompile);
        }

        Directory.Delete(folder, recursive: true);
        return times;
    }

    private static async Task TaskAsync(LeaseRun run, ulong index, List<double> times, List<double> compiling)
    {
        long start = Stopwatch.GetTimestamp();
        TaskReport report = await run.RunTaskAsync(new TaskSpec { Index = index }, null, CancellationToken.None);
        if (report.Outcome != TaskOutcome.Ok) throw new InvalidOperationException(report.Text);
        times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        compiling.Add(report.CompileTime.TotalMilliseconds);
    }

    private static double Quantile(List<double> values, double share) => NativeStarts.Quantile(values, share);

    private static string Module()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "docs/samples/misc/noop.wasm");
            if (File.Exists(path)) return path;
        }

        throw new FileNotFoundException("docs/samples/misc/noop.wasm is read from the source tree");
    }

    private sealed record Times(IsolationClass Isolation)
    {
        public List<double> Starts { get; } = [];

        public List<double> First { get; } = [];

        public List<double> FirstCompile { get; } = [];

        public List<double> Later { get; } = [];

        public List<double> LaterCompile { get; } = [];
    }
}
