// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Doctor;
using PeerCompute.Cli.Nodes;
using PeerCompute.Cli.Output;
using PeerCompute.Node.Homes;

namespace PeerCompute.Cli.Commands;

/// <summary><c>id</c>: who the node is; its addresses when it runs.</summary>
internal static class IdVerb
{
    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var verb = new Command("id", "Show the node's peer id and, while its daemon runs, its addresses.");
        verb.SetAction(async (parsed, token) =>
        {
            var home = Globals.HomeOf(parsed);
            var terminal = Globals.TerminalOf(parsed);
            using var daemon = await NodeAccess.TryDaemonAsync(home, token);
            if (daemon is null)
            {
                if (!NodeHome.Exists(home))
                    throw new PeerComputeException(ErrorCode.Home, $"{home} is no node's home: run 'peercompute init' first, or name another with --home.");
                var peer = NodeHome.IdentityOf(home).ToString();
                terminal.Note($"No daemon answers on {NodeHome.SocketOf(home)}: the id is read from the home.");
                terminal.Result(
                    () => new JsonObject { ["peerId"] = peer, ["running"] = false, ["home"] = home },
                    console => Tables.Facts(console, ("peer id", peer), ("home", home)));
                return 0;
            }

            var node = await daemon.NodeAsync(token);
            terminal.Result(() => Views.Node(node), console => Tables.Facts(
                console,
                [
                    ("peer id", node.PeerId),
                    ("home", node.Home),
                    ("network", node.Network),
                    .. node.Listen.Select(a => ("address", a)),
                    ("agent", node.Agent),
                    ("isolation", node.IsolationClass),
                    ("of native programs", node.NativeIsolationClass),
                    ("mesh", NetworkCheck.Words(node.Mesh)),
                    ("up", $"{Views.Seconds(node.UptimeMs)} s"),
                    .. node.Counters.Select(c => (c.Name, Tables.Number(c.Value))),
                ]));
            return 0;
        });
        return verb;
    }
}
