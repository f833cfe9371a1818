// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Api.V1;
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Nodes;
using PeerCompute.Client;
using PeerCompute.Node.Homes;

namespace PeerCompute.Cli.Doctor;

/// <summary>The node among its peers, as its daemon sees it.</summary>
internal static class NetworkCheck
{
    private const string Section = "network";
    private const string Mend = "follow an invite line of a node that runs: peercompute join LINE";

    /// <summary>Looks at a home's daemon; dials each of its bootstrap addresses.</summary>
    /// <param name="home">The home.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public static async Task<IReadOnlyList<Finding>> RunAsync(string home, CancellationToken cancellationToken)
    {
        try
        {
            using var daemon = await NodeAccess.TryDaemonAsync(home, cancellationToken);
            if (daemon is null) return [new Finding(Section, true, "not looked at: no daemon runs; 'peercompute daemon' starts it")];
            var config = NodeHome.ConfigIn(home);
            List<(string Address, string Error)> dialled = [];
            foreach (var address in config.Bootstrap) dialled.Add((address, await DialAsync(daemon, address, cancellationToken)));
            return Judge(await daemon.NodeAsync(cancellationToken), dialled);
        }
        catch (PeerComputeException e)
        {
            return [new Finding(Section, false, e.Message)];
        }
    }

    /// <summary>Judges. A node that nobody named and that nobody has found yet is alone, not wrong.</summary>
    /// <param name="node">The node.</param>
    /// <param name="bootstrap">Its bootstrap addresses, each with its error, empty where it answered.</param>
    public static IReadOnlyList<Finding> Judge(NodeView node, IReadOnlyList<(string Address, string Error)> bootstrap)
    {
        List<Finding> findings = [];
        var alone = node.Mesh.Connected == 0;
        findings.Add(new Finding(Section, !alone || bootstrap.Count == 0, $"{node.Network}: {Words(node.Mesh)}", alone ? Mend : ""));
        foreach (var (address, error) in bootstrap)
        {
            // One that is dead does no harm while others are connected.
            var well = error.Length == 0 || !alone;
            findings.Add(new Finding(Section, well, $"bootstrap {address} {(error.Length == 0 ? "answers" : $"does not answer: {error}")}", well ? "" : Mend));
        }

        return findings;
    }

    /// <summary>A node among its peers, in words.</summary>
    public static string Words(MeshFacts mesh) => string.Create(CultureInfo.InvariantCulture,
        $"{mesh.Connected} connected, {mesh.Contacts} DHT contacts, in {mesh.Buckets} buckets, {mesh.Mesh} in the gossip mesh, {mesh.Adverts} adverts held, ")
        + string.Create(CultureInfo.InvariantCulture, $"{mesh.Remembered} remembered");

    private static async Task<string> DialAsync(PeerComputeClient daemon, string address, CancellationToken cancellationToken)
    {
        try
        {
            await daemon.ConnectAsync(address, cancellationToken);
            return "";
        }
        catch (PeerComputeException e)
        {
            return e.Message;
        }
    }
}
