// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace PeerCompute.Cli.Tests;

/// <summary>A daemon in a process of its own that ends with the test.</summary>
internal sealed class RunningDaemon : IAsyncDisposable
{
    private bool _disposed;

    private RunningDaemon(Process process, string home, JsonNode ready)
    {
        (Process, Home) = (process, home);
        PeerId = (string)ready["peerId"]!;
        Address = ready["listen"]!.AsArray().Select(a => (string)a!).FirstOrDefault("");
    }

    public Process Process { get; }

    public string Home { get; }

    public string PeerId { get; }

    public string Address { get; }

    /// <summary>Makes a home in the tool's HOME, where there is none, and starts a daemon on a free port of the loopback.</summary>
    public static async Task<RunningDaemon> StartAsync(Tool tool, string name, params string[] more)
    {
        var home = Path.Combine(tool.Home, name);
        if (!Directory.Exists(home)) Assert.That((await tool.RunAsync("init", "--home", home)).ExitCode, Is.Zero);
        var process = tool.Start(["daemon", "--home", home, "--listen", "/ip4/127.0.0.1/tcp/0", "--leash", "--json", .. more]);
        var text = new StringBuilder();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            text.AppendLine(line);
            if (line == "}") break;
        }

        _ = process.StandardError.ReadToEndAsync();
        Assert.That(process.HasExited, Is.False, "the daemon has ended");
        return new RunningDaemon(process, home, JsonNode.Parse(text.ToString())!);
    }

    /// <summary>Kills it; a second time does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        if (!Process.HasExited) Process.Kill(entireProcessTree: true);
        await Process.WaitForExitAsync();
        Process.Dispose();
    }
}
