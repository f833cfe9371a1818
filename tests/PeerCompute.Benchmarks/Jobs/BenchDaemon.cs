// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PeerCompute.Client;
using PeerCompute.Node.Homes;

namespace PeerCompute.Benchmarks.Jobs;

/// <summary>A daemon of the built program, with a home of its own, that ends with us.</summary>
internal sealed class BenchDaemon : IAsyncDisposable
{
    private readonly Process _process;

    private BenchDaemon(Process process, JsonObject announcement, TimeSpan start)
    {
        _process = process;
        Start = start;
        Address = announcement["listen"]!.AsArray().Select(static a => a!.GetValue<string>()).FirstOrDefault() ?? "";
        Client = PeerComputeClient.OnSocket(announcement["socket"]!.GetValue<string>());
    }

    /// <summary>From the start of the process until its API answers.</summary>
    public TimeSpan Start { get; }

    public string Address { get; }

    public PeerComputeClient Client { get; }

    /// <summary>The program of this build.</summary>
    public static string Program { get; } = Find("artifacts/bin/PeerCompute.Cli/release/peercompute");

    /// <summary>A file of the source tree.</summary>
    public static string Find(string relative)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, relative);
            if (File.Exists(path)) return path;
        }

        throw new FileNotFoundException($"{relative} is needed: build the solution first, and run from its tree");
    }

    public static async Task<BenchDaemon> StartAsync(string home, bool light)
    {
        if (!NodeHome.Exists(home))
            NodeHome.Create(home, light ? new HomeConfig { Listen = [], TakesWork = false } : new HomeConfig { Listen = ["/ip4/127.0.0.1/tcp/0"] });
        string[] arguments = ["daemon", "--home", home, "--leash", "--json", .. light ? new[] { "--light" } : []];
        var watch = Stopwatch.StartNew();
        var process = Process.Start(new ProcessStartInfo(Program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var text = new StringBuilder();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            text.AppendLine(line);
            if (line == "}") return new BenchDaemon(process, JsonNode.Parse(text.ToString())!.AsObject(), watch.Elapsed);
        }

        throw new InvalidOperationException("the daemon did not start");
    }

    /// <summary>Resident bytes and processor time so far.</summary>
    public (long Resident, TimeSpan Cpu) Usage()
    {
        _process.Refresh();
        var pages = long.Parse(File.ReadAllText($"/proc/{_process.Id}/statm").Split(' ')[1], CultureInfo.InvariantCulture);
        return (pages * Environment.SystemPageSize, _process.TotalProcessorTime);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
