// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Output;
using PeerCompute.Node.Homes;
using PeerCompute.Node.Lending;
using PeerCompute.Node.Networks;
using PeerCompute.Wire.Common;

namespace PeerCompute.Cli.Commands;

/// <summary><c>init</c>: makes a home with a new identity, or moves one into an own network.</summary>
internal static class InitVerb
{
    /// <summary>The verb.</summary>
    public static Command Make()
    {
        var network = new Option<string?>("--network")
        {
            Description = "'new' makes an own network, an id enters one; it is separated from others, not secret.",
            HelpName = "new|ID",
        };
        var verb = new Command("init", "Make a home: a new identity and a configuration. Never overwrites one.") { network };
        verb.SetAction(parsed =>
        {
            var home = Globals.HomeOf(parsed);
            var id = parsed.GetValue(network) is { } text ? Network(text) : null;
            var config = new HomeConfig { Network = id ?? NetworkId.Open, Owner = OwnerRules.OfNewHomes };
            var peer = id is not null && NodeHome.Exists(home) ? Move(home, id) : NodeHome.Create(home, config);
            var now = NodeHome.ConfigIn(home).Network.ToString();
            Globals.TerminalOf(parsed).Result(
                () => new JsonObject { ["peerId"] = peer.ToString(), ["home"] = home, ["network"] = now },
                console => Tables.Facts(console, ("peer id", peer.ToString()), ("home", home), ("network", now)));
            return 0;
        });
        return verb;
    }

    private static NetworkId Network(string text) => text == "new"
        ? NetworkId.Of(RandomNumberGenerator.GetBytes(NetworkId.Bytes))
        : NetworkId.TryParse(text)
            ?? throw new PeerComputeException(ErrorCode.Usage, $"--network '{text}' is no network: give 'new' or an id ({NetworkId.Form}).");

    private static Base.Identity.PeerId Move(string folder, NetworkId network)
    {
        using var home = NodeHome.Open(folder);
        Joining.CheckLeaves(home.Config.Network, network, force: false);
        home.Change(config => config.Network == network ? config : config with { Network = network, Bootstrap = [] });
        return home.Key.PeerId;
    }
}
