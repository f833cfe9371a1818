// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Cli.Output;

namespace PeerCompute.Cli.Demo;

/// <summary>Tells how another worker joins the demo, and waits for the first.</summary>
/// <param name="network">The nodes.</param>
/// <param name="terminal">Where it tells.</param>
internal sealed class JoinWait(DemoNetwork network, Terminal terminal)
{
    private const ulong InviteMs = 3_600_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);

    /// <summary>A worker that joins measures itself before it tells what it has.</summary>
    private static readonly TimeSpan Measuring = TimeSpan.FromSeconds(4);

    /// <summary>Tells and waits: until somebody has joined, the person presses Enter, or three minutes are over.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var host = network.Workers[0].Client;
        var invite = await host.InviteAsync(InviteMs, cancellationToken);
        terminal.Note("to add a worker, type this in a second terminal or on another machine:");
        terminal.Note($"  {Executable.Command} join --home demo-worker {invite.Line}");
        terminal.Note($"  {Executable.Command} daemon --home demo-worker");
        if (invite.Warning.Length > 0) terminal.Note($"  warning: {invite.Warning}");
        terminal.Note(terminal.HasPerson ? "waiting for it, three minutes at most; Enter goes on without" : "waiting for it, three minutes at most");
        var ours = network.Nodes.Select(static n => n.PeerId).ToHashSet();
        var end = DateTime.UtcNow + Patience;
        while (DateTime.UtcNow < end && !Enter())
        {
            if ((await host.PeersAsync(cancellationToken)).FirstOrDefault(p => !ours.Contains(p.PeerId) && p.Agent.Length > 0) is { } joined)
            {
                terminal.Note($"{network.NameOf(joined.PeerId)}, {joined.Agent}, at {joined.Address}");
                await Task.Delay(Measuring, cancellationToken);
                return;
            }

            await Task.Delay(Glance, cancellationToken);
        }
    }

    private bool Enter() => terminal.HasPerson && Console.KeyAvailable && Console.ReadKey(intercept: true).Key == ConsoleKey.Enter;
}
