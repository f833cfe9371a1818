// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using PeerCompute.Cli.Nodes;
using PeerCompute.Cli.Output;

namespace PeerCompute.Cli.Commands;

/// <summary><c>connect</c>: dials a peer.</summary>
internal static class ConnectVerb
{
    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var address = new Argument<string>("ADDR") { Description = "Multiaddress, for example /ip4/192.0.2.7/tcp/4001/p2p/PEER." };
        var verb = new Command("connect", "Connect the node to a peer.") { address };
        verb.SetAction(async (parsed, token) =>
        {
            using var daemon = await NodeAccess.DaemonAsync(Globals.HomeOf(parsed), token);
            var peer = await daemon.ConnectAsync(parsed.GetRequiredValue(address), token);
            Globals.TerminalOf(parsed).Result(
                () => Views.Peer(peer),
                console => Tables.Facts(console, ("peer id", peer.PeerId), ("address", peer.Address), ("agent", peer.Agent)));
            return 0;
        });
        return verb;
    }
}
