// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json;
using PeerCompute.Base.Crypto;
using PeerCompute.Benchmarks.Data;
using PeerCompute.Benchmarks.Gpu;
using PeerCompute.Benchmarks.Jobs;
using PeerCompute.Benchmarks.Mesh;
using PeerCompute.Benchmarks.Network;
using PeerCompute.Benchmarks.Simulation;
using PeerCompute.Benchmarks.Sandbox;
using PeerCompute.Benchmarks.Steps;
using PeerCompute.Benchmarks.Wasm;
using PeerCompute.Execution.Gpu;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Benchmarks;

/// <summary>The one door to every figure: <c>-- SUITE [--json]</c>; <c>data</c> takes <c>--quick</c>.</summary>
internal static class Program
{
    private static readonly (string Name, Func<IAsyncEnumerable<Figure>> Run)[] Suites =
    [
        ("crypto", () => CryptoSuite.Run().ToAsyncEnumerable()),
        ("data", DataSuite.RunAsync),
        ("gpu", GpuSuite.RunAsync),
        ("jobs", JobsSuite.RunAsync),
        ("mesh", MeshSuite.RunAsync),
        ("native", NativeSuite.RunAsync),
        ("network", NetworkSuite.RunAsync),
        ("simulator", () => SimulatorSuite.Run().ToAsyncEnumerable()),
        ("sandbox", SandboxSuite.RunAsync),
        ("steps", () => StepsSuite.Run().ToAsyncEnumerable()),
        ("wasm", () => WasmSuite.Run(Environment.GetCommandLineArgs()[1..]).ToAsyncEnumerable()),
    ];

    private static async Task<int> Main(string[] args)
    {
        if (args is [SandboxCommand.Verb, .. var rest]) return SandboxChild.Run(rest);
        if (args is [GpuChild.Verb, .. var task]) return GpuChild.Run(task);
        if (args is [NetworkPeer.Verb]) return await NetworkPeer.RunAsync();
        if (args is [DataPeer.Verb, var folder, var index, var job, var root])
            return await DataPeer.RunAsync(folder, int.Parse(index, CultureInfo.InvariantCulture), Hash32.Parse(job), Hash32.Parse(root));
        var suite = Array.Find(Suites, suite => args.Length > 0 && suite.Name == args[0]);
        if (suite.Run is null)
        {
            Console.Error.WriteLine("suites: " + string.Join(' ', Suites.Select(s => s.Name)));
            return 64;
        }

        try
        {
            await foreach (var figure in suite.Run()) Console.WriteLine(args.Contains("--json") ? JsonSerializer.Serialize(figure) : Row(figure));
            return 0;
        }
        catch (SuiteException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }

    private static string Row(Figure figure)
    {
        var compared = figure.Ratio is { } ratio
            ? string.Create(CultureInfo.InvariantCulture, $"  (baseline {figure.Baseline:#,0.###}, ratio {ratio:N2})") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{figure.Name,-60} {figure.Value,12:#,0.###} {figure.Unit}{compared}");
    }
}
