// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json.Nodes;
using PeerCompute.Cli.Output;
using PeerCompute.Node.Homes;

namespace PeerCompute.Cli.Commands;

/// <summary><c>init</c>: makes a home with a new identity.</summary>
internal static class InitVerb
{
    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var verb = new Command("init", "Make a home: a new identity and a configuration. Never overwrites one.");
        verb.SetAction(parsed =>
        {
            var home = Globals.HomeOf(parsed);
            var peer = NodeHome.Create(home, new HomeConfig()).ToString();
            Globals.TerminalOf(parsed).Result(
                () => new JsonObject { ["peerId"] = peer, ["home"] = home },
                console => Tables.Facts(console, ("peer id", peer), ("home", home)));
            return 0;
        });
        return verb;
    }
}
