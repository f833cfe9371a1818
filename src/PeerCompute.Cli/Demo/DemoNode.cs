// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Simulating;
using PeerCompute.Client;

namespace PeerCompute.Cli.Demo;

/// <summary>One node of the demo: this executable's <c>daemon</c> in a process and a home of its own, on a leash of standard input.</summary>
internal sealed class DemoNode : IAsyncDisposable
{
    private const string LogName = "log.txt";
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(5);

    private readonly Process _process;

    private DemoNode(string role, string home, Process process, JsonObject announcement)
    {
        Role = role;
        Home = home;
        _process = process;
        Pid = process.Id;
        PeerId = announcement["peerId"]!.GetValue<string>();
        Address = announcement["listen"]!.AsArray().Select(static a => a!.GetValue<string>()).FirstOrDefault() ?? "";
        Client = PeerComputeClient.OnSocket(announcement["socket"]!.GetValue<string>());
    }

    /// <summary>What it does in the demo.</summary>
    public string Role { get; }

    /// <summary>Its folder.</summary>
    public string Home { get; }

    /// <summary>Its identity.</summary>
    public string PeerId { get; }

    /// <summary>Where it listens; empty for a node that listens on nothing.</summary>
    public string Address { get; }

    /// <summary>The port it listens on; empty for a node that listens on nothing.</summary>
    public string Port => Address.Split('/') is [_, _, _, "tcp", var port, ..] ? port : "";

    /// <summary>Its process.</summary>
    public int Pid { get; }

    /// <summary>Whether its process lives.</summary>
    public bool Lives => !_process.HasExited;

    /// <summary>Whether the demo itself killed it.</summary>
    public bool IsSacrificed { get; private set; }

    /// <summary>How it is, in a word or two.</summary>
    public string State => Lives ? "up" : IsSacrificed ? "killed by the demo" : "gone";

    /// <summary>Its API.</summary>
    public PeerComputeClient Client { get; }

    /// <summary>Starts a daemon in a home.</summary>
    /// <param name="role">What it does, for people.</param>
    /// <param name="home">The home, which no daemon lives in.</param>
    /// <param name="more">More arguments for the daemon.</param>
    /// <param name="started">Told the process id at once.</param>
    /// <param name="cancellationToken">Ends the wait for its start.</param>
    /// <returns>The running node.</returns>
    public static async Task<DemoNode> StartAsync(
        string role, string home, string[] more, Action<int> started, CancellationToken cancellationToken)
    {
        var log = Path.Combine(home, LogName);
        var start = new ProcessStartInfo(Executable.Path)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        string[] arguments = [.. Executable.Arguments, "daemon", "--home", home, "--leash", "--json", .. more];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var name in SimRuntime.Names) start.Environment.Remove(name); // a daemon is no simulation
        start.Environment["PEERCOMPUTE_MDNS"] = "off"; // Other nodes of this network are none of the demo's business.
        var process = Process.Start(start) ?? throw new PeerComputeException(ErrorCode.Host, $"The {role} cannot be started.");
        started(process.Id);
        var errors = File.CreateText(log);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null) errors.Dispose();
            else errors.WriteLine(line.Data);
        };
        process.BeginErrorReadLine();
        try
        {
            return new DemoNode(role, home, process, await AnnouncementAsync(process, cancellationToken));
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            var said = LastOf(log);
            throw new PeerComputeException(ErrorCode.Host, string.Create(CultureInfo.InvariantCulture, $"The {role} did not start. It said: {said}"));
        }
    }

    /// <summary>The last that it said to people.</summary>
    public string Said => LastOf(Path.Combine(Home, LogName));

    /// <summary>Kills its process, as a viewer would.</summary>
    public void Sacrifice()
    {
        if (!Lives) return;
        IsSacrificed = true;
        _process.Kill(entireProcessTree: true);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _process.StandardInput.Close();
        using var patience = new CancellationTokenSource(StopWithin);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static string LastOf(string log) => File.Exists(log) ? string.Join(' ', File.ReadLines(log).TakeLast(5)) : "";

    // A daemon prints one JSON object when it is ready: its last line is a closing brace in the first column.
    private static async Task<JsonObject> AnnouncementAsync(Process process, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        while (await process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            text.AppendLine(line);
            if (line != "}") continue;
            var announcement = JsonNode.Parse(text.ToString())!.AsObject();
            if (announcement.ContainsKey("peerId")) return announcement;
            break;
        }

        throw new PeerComputeException(ErrorCode.Host, "The daemon ended before it was ready.");
    }
}
