// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Output;
using PeerCompute.Client;
using PeerCompute.Daemon;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Execution.Supervising;
using PeerCompute.Simulator.Adversaries;
using PeerCompute.Simulator.Reality;

namespace PeerCompute.Cli.Commands;

/// <summary><c>daemon</c>: runs the home's node until a signal ends it.</summary>
internal static class DaemonVerb
{
    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var listen = new Option<string[]>("--listen")
        {
            Description = "Multiaddress to listen on in place of those of the configuration; may be given several times.",
            HelpName = "ADDR",
        };
        var light = new Option<bool>("--light") { Description = "Listen on nothing and take no work." };
        var leash = new Option<bool>("--leash") { Description = "End when standard input ends.", Hidden = true };
        var outlive = new Option<uint?>("--outlive")
        {
            Description = "Seconds that running tasks go on when this process ends, for the next one to take over (60); 0: they end with it.",
            HelpName = "SECONDS",
        };
        var lie = new Option<uint?>("--lie") { Description = "Lie on every third task, beginning with this one, 0 to 2: for the demo.", Hidden = true };
        var inventory = new Option<string?>("--inventory")
        {
            Description = "Take the devices of a recorded host for this one's.",
            HelpName = "DIR",
            Hidden = true,
        };
        var shape = new Option<string?>("--shape") { Description = "Make connections as slow as a file says.", HelpName = "FILE", Hidden = true };
        var pace = new Option<int?>("--pace")
        {
            Description = "Let tasks of 'sim run --real' take their time at this speed, thousandths of the reference machine.",
            Hidden = true,
        };
        var verb = new Command("daemon", "Run the node until SIGTERM or Ctrl-C.") { listen, light, leash, outlive, lie, inventory, shape, pace };
        verb.SetAction(async (parsed, token) =>
        {
            using var leave = CancellationTokenSource.CreateLinkedTokenSource(token);
            if (parsed.GetValue(leash)) _ = LeaveWithStandardInputAsync(leave);
            var terminal = Globals.TerminalOf(parsed);
            if (!NodeWalls.Raise()) terminal.Note("The kernel does not close this process's memory to others of its user (docs/sandbox.md).");
            var options = new DaemonOptions
            {
                Home = Globals.HomeOf(parsed),
                Listen = parsed.GetResult(listen) is null ? null : parsed.GetValue(listen),
                Light = parsed.GetValue(light),
                Wrap = parsed.GetValue(lie) is { } first ? machine => Liar.On(machine, first)
                    : parsed.GetValue(pace) is { } speed ? machine => Pace.On(machine, speed) : null,
                Shape = parsed.GetValue(shape),
                Inventory = Recorded(parsed.GetValue(inventory)),
                Outlive = parsed.GetValue(outlive) is { } seconds ? TimeSpan.FromSeconds(seconds)
                    : parsed.GetValue(leash) ? TimeSpan.Zero : SupervisorOptions.UsualOutlive,
                Log = terminal.Note,
            };
            try
            {
                return await DaemonHost.RunAsync(options, (socket, ready) => AnnounceAsync(socket, terminal, ready), leave.Token);
            }
            catch (OperationCanceledException) when (leave.IsCancellationRequested)
            {
                return 0; // Told to end before it was ready.
            }
        });
        return verb;
    }

    private static string? Recorded(string? folder) => folder is null || Directory.Exists(folder)
        ? folder : throw new PeerComputeException(ErrorCode.NotFound, $"--inventory {folder}: there is no such folder.");

    /// <summary>Ends with who started us: it holds the other end of standard input, which ends when it dies, however it dies.</summary>
    internal static async Task LeaveWithStandardInputAsync(CancellationTokenSource leave)
    {
        await using var input = Console.OpenStandardInput();
        var nothing = new byte[256];
        while (await input.ReadAsync(nothing) > 0)
        {
        }

        await leave.CancelAsync();
    }

    // The one JSON value, or the words, tell that the node is ready; programs wait for them.
    private static async Task AnnounceAsync(string socket, Terminal terminal, CancellationToken cancellationToken)
    {
        using var client = PeerComputeClient.OnSocket(socket);
        var node = await client.NodeAsync(cancellationToken);
        terminal.Result(
            () =>
            {
                var json = Views.Node(node);
                json["socket"] = socket;
                json["pid"] = Environment.ProcessId;
                return json;
            },
            console => Tables.Facts(
                console,
                [
                    ("peer id", node.PeerId),
                    ("home", node.Home),
                    ("network", node.Network),
                    .. node.Listen.Select(a => ("listens on", a)),
                    ("API socket", socket),
                    ("isolation", node.IsolationClass),
                ]));
    }
}
