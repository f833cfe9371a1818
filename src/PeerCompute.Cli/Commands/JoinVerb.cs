// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Cli.Nodes;
using PeerCompute.Cli.Output;
using PeerCompute.Client;
using PeerCompute.Node.Homes;
using PeerCompute.Node.Lending;
using PeerCompute.Node.Networks;

namespace PeerCompute.Cli.Commands;

/// <summary><c>join</c>: follows an invite line. Makes the home where there is none.</summary>
internal static class JoinVerb
{
    private static readonly TimeSpan RestartPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var line = new Argument<string[]>("LINE") { Description = "What 'peercompute invite' printed.", Arity = ArgumentArity.OneOrMore };
        var force = new Option<bool>("--force") { Description = "Leave another network; keep addresses that do not answer." };
        var verb = new Command("join", "Join a network by an invite line.") { line, force };
        verb.SetAction(async (parsed, token) =>
        {
            var home = Globals.HomeOf(parsed);
            var text = string.Concat(parsed.GetRequiredValue(line)); // a line that a mail broke in two comes as two words
            using var daemon = await NodeAccess.TryDaemonAsync(home, token);
            if (daemon is null) Offline(home, text, parsed.GetValue(force), Globals.TerminalOf(parsed));
            else await OnlineAsync(daemon, home, text, parsed.GetValue(force), Globals.TerminalOf(parsed), token);
            return 0;
        });
        return verb;
    }

    private static void Offline(string home, string line, bool force, Terminal terminal)
    {
        var exists = NodeHome.Exists(home);
        var invite = Joining.Read(line, exists ? NodeHome.IdentityOf(home) : PeerId.None, DateTimeOffset.UtcNow);
        if (exists)
        {
            using var opened = NodeHome.Open(home);
            opened.Change(config => Joining.Join(config, invite, force));
        }
        else
        {
            NodeHome.Create(home, Joining.Join(new HomeConfig { Owner = OwnerRules.OfNewHomes }, invite, force));
        }

        var made = exists ? "" : $"made {home}, ";
        terminal.Result(
            () => Json(invite.Network.ToString(), invite.Inviter.ToString(), running: false, invite.Dialable.Select(static a => (a.ToString(), ""))),
            console => Tables.Facts(
                console,
                [
                    ("network", invite.Network.ToString()),
                    ("inviter", invite.Inviter.ToString()),
                    .. invite.Dialable.Select(static a => ("address", a.ToString())),
                    ("done", $"{made}kept; nobody was dialled. Next: peercompute daemon --home {home}"),
                ]));
    }

    private static async Task OnlineAsync(PeerComputeClient daemon, string home, string line, bool force, Terminal terminal, CancellationToken token)
    {
        var joined = await daemon.JoinAsync(line, force, token);
        if (joined.Restarts)
        {
            terminal.Note($"The daemon starts again in network {joined.Network} …");
            await RestartedAsync(home, joined.Network, token);
        }

        terminal.Result(
            () => Json(joined.Network, joined.Inviter, running: true, joined.Dialled.Select(static d => (d.Address, d.Error))),
            console => Tables.Facts(
                console,
                [
                    ("network", joined.Network),
                    ("inviter", joined.Inviter),
                    .. joined.Dialled.Select(static d => d.Error.Length == 0 ? ("answers", d.Address) : ("failed", $"{d.Address}: {d.Error}")),
                ]));
    }

    private static async Task RestartedAsync(string home, string network, CancellationToken token)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(token);
        patience.CancelAfter(RestartPatience);
        try
        {
            while (await NetworkAsync(home, patience.Token) != network) await Task.Delay(LookAgain, patience.Token);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            throw new PeerComputeException(
                ErrorCode.Unavailable, $"The daemon did not come back within {RestartPatience.TotalSeconds} s: see what it printed.");
        }
    }

    /// <summary>The network of the daemon that answers; empty while none does.</summary>
    private static async Task<string> NetworkAsync(string home, CancellationToken token)
    {
        try
        {
            using var daemon = await NodeAccess.TryDaemonAsync(home, token);
            return daemon is null ? "" : (await daemon.NodeAsync(token)).Network;
        }
        catch (PeerComputeException e) when (e.Code == ErrorCode.Unavailable)
        {
            return ""; // it answers that it is ending
        }
    }

    private static JsonObject Json(string network, string inviter, bool running, IEnumerable<(string Address, string Error)> addresses) => new()
    {
        ["network"] = network,
        ["inviter"] = inviter,
        ["running"] = running,
        ["addresses"] = new JsonArray([.. addresses.Select(static a => (JsonNode)new JsonObject { ["address"] = a.Address, ["error"] = a.Error })]),
    };
}
