// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using PeerCompute.Base.Identity;
using PeerCompute.Node.Homes;
using PeerCompute.Simulator.Reality;
using PeerCompute.Wire.Common;

namespace PeerCompute.Cli.Reality;

/// <summary>
/// Where the processes of a run are: each has a loopback address of its own, so that the others know from the first byte on who dials, and how far away it
/// is. The run's process id chooses the net, so that two runs do not meet.
/// </summary>
/// <param name="plan">The nodes.</param>
/// <param name="pid">The run's process.</param>
internal sealed class RealPlaces(RealPlan plan, int pid)
{
    private const int Port = 4701;
    private const byte Loopback = 127, NetLeast = 64;

    private readonly PeerId[] _ids = [.. plan.Nodes.Select(static node => Key(node).PeerId)];

    /// <summary>A node's key.</summary>
    public static KeyPair Key(RealNode node) => KeyPair.FromSeed(node.Key.Span);

    /// <summary>A node's address.</summary>
    public IPAddress Of(int node) => new([Loopback, (byte)(NetLeast | ((pid >> 8) & (NetLeast - 1))), (byte)pid, (byte)(node + 1)]);

    /// <summary>Where a node is dialled.</summary>
    public string Dialled(int node) => string.Create(CultureInfo.InvariantCulture, $"{Listened(node)}/p2p/{_ids[node]}");

    /// <summary>Makes a node's home.</summary>
    /// <param name="node">The node.</param>
    /// <param name="home">A folder that does not exist.</param>
    /// <param name="network">Their network.</param>
    public void Settle(RealNode node, string home, NetworkId network)
    {
        var config = new HomeConfig
        {
            Network = network,
            Mdns = false,
            Listen = node.Light ? [] : [Listened(node.Index)],
            Bootstrap = [.. Enumerable.Range(0, plan.Bootstrap).Where(one => one != node.Index).Select(Dialled)],
            TakesWork = node.TakesWork,
            Slots = node.Slots,
            PerTaskMicro = (long)node.PriceMicro,
        };
        NodeHome.Create(home, config, Key(node));
        var ways = plan.Nodes.Where(other => other.Index != node.Index).Select(other => (Of(other.Index), node.MicrosTo[other.Index]));
        File.WriteAllText(ShapeOf(home), ShapeFile.Json(Of(node.Index), node.UpBits, node.DownBits, plan.JitterMicros, ways));
    }

    /// <summary>The file that says how slow its links are.</summary>
    public static string ShapeOf(string home) => Path.Combine(home, "shape.json");

    private string Listened(int node) => string.Create(CultureInfo.InvariantCulture, $"/ip4/{Of(node)}/tcp/{Port}");
}
