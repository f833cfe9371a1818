// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Net;
using PeerCompute.Base.Multiformats;
using PeerCompute.Core;
using PeerCompute.Core.Mesh;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;

namespace PeerCompute.Simulator.Mesh;

/// <summary>Where simulated nodes are, and what they say of themselves.</summary>
internal static class Place
{
    private const int Port = 4001;
    private const string Version = "simulated/1";

    /// <summary>What every simulated host has; what is lent and asked the machine adds itself.</summary>
    public static Capabilities Host { get; } = new()
    {
        Architecture = "x64",
        Cores = 4,
        Slots = 0,
        Limits = new TaskLimits(0, 0, 0, WireLimits.OutputBytes),
        Isolation = "",
        NativeIsolation = "",
        Region = 0,
        PriceFloorMicro = 0,
        Devices = [],
        Runtimes = [new AdvertRuntime("wasm", Version, [NodeSettings.WasmSemantics])],
        Benchmarks = [],
        Addresses = [],
    };

    /// <summary>The one address of a node: 10.0.0.0/8 has room for all, and private addresses are of no operator's block.</summary>
    public static Multiaddr AddressOf(int index)
        => Multiaddr.FromTcp(new IPAddress([10, (byte)(index >> 16), (byte)(index >> 8), (byte)index]), Port);

    /// <summary>Where a node can be dialled; nowhere when nobody can.</summary>
    public static ImmutableArray<Multiaddr> Addresses(SimNode node) => node.Kad.Addresses;

    /// <summary>What a node learns of the other side of a connection.</summary>
    /// <param name="other">The other side.</param>
    /// <param name="dialled">Whether the node dialled it.</param>
    public static PeerFacts Facts(SimNode other, bool dialled)
        => new(Addresses(other), dialled ? other.Address : null, !other.Class.Light, NetworkId.Open) { Shared = other.Kad };
}
