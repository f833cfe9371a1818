// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json.Nodes;
using PeerCompute.Cli.Doctor;
using PeerCompute.Cli.Nodes;
using PeerCompute.Cli.Output;

namespace PeerCompute.Cli.Commands;

/// <summary><c>peers</c>: who is connected, and where the node stands among its peers.</summary>
internal static class PeersVerb
{
    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var verb = new Command("peers", "List the peers that the node is connected to.");
        verb.SetAction(async (parsed, token) =>
        {
            using var daemon = await NodeAccess.DaemonAsync(Globals.HomeOf(parsed), token);
            var peers = await daemon.PeersAsync(token);
            var node = await daemon.NodeAsync(token);
            Globals.TerminalOf(parsed).Result(() => new JsonArray([.. peers.Select(Views.Peer)]), console =>
            {
                Tables.Rows(
                    console,
                    ["peer", "address", "agent", "dialled by", "since s#", "round trip ms#"],
                    peers.Select(p => (string[])
                        [p.PeerId, p.Address, p.Agent, p.Inbound ? "peer" : "us", Views.Seconds(p.ConnectedMs), p.RttUs == 0 ? "" : Views.Seconds(p.RttUs)]));
                Tables.Facts(console, ("network", node.Network), ("mesh", NetworkCheck.Words(node.Mesh)));
            });
            return 0;
        });
        return verb;
    }
}
