// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json.Nodes;
using PeerCompute.Cli.Nodes;
using PeerCompute.Cli.Output;

namespace PeerCompute.Cli.Commands;

/// <summary><c>work</c>: what this node works on for others.</summary>
internal static class WorkVerb
{
    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var verb = new Command("work", "List the leases that the node works on for others, newest first.");
        verb.SetAction(async (parsed, token) =>
        {
            using var daemon = await NodeAccess.DaemonAsync(Globals.HomeOf(parsed), token);
            var leases = await daemon.WorkAsync(token);
            Globals.TerminalOf(parsed).Result(() => new JsonArray([.. leases.Select(Views.Work)]), console => Tables.Work(console, leases));
            return 0;
        });
        return verb;
    }
}
