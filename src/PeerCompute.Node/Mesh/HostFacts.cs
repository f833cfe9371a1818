// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Net;
using System.Runtime.InteropServices;
using PeerCompute.Base.Multiformats;
using PeerCompute.Core;
using PeerCompute.Core.Events;
using PeerCompute.Execution.Devices;
using PeerCompute.Libp2p.Peers;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Mesh;

/// <summary>What this host tells others of itself.</summary>
internal static class HostFacts
{
    /// <summary>Addresses that others may dial, best first: public ones, then those of the local network; loopback where there is nothing else.</summary>
    /// <param name="listen">Where the host listens.</param>
    public static ImmutableArray<Multiaddr> Dialable(IReadOnlyList<Multiaddr> listen)
    {
        var far = listen.Where(static a => !IsLoopback(a)).OrderBy(AddressScope.IsLocal).ToImmutableArray();
        return far.IsEmpty ? [.. listen] : far;
    }

    /// <summary>What an advert says of this host; limits, slots, price and addresses are the machine's own.</summary>
    /// <param name="inventory">Its devices.</param>
    /// <param name="benchmarks">What was measured.</param>
    /// <param name="region">UN M49 number, 0 where not told.</param>
    public static CapabilitiesKnown Capabilities(DeviceInventory inventory, IReadOnlyList<Benchmark> benchmarks, uint region) => new(new Capabilities
    {
        Architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
        Cores = (uint)Environment.ProcessorCount,
        Slots = 0,
        Limits = new TaskLimits(0, 0, 0, WireLimits.OutputBytes),
        Isolation = "",
        NativeIsolation = "",
        Region = region,
        PriceFloorMicro = 0,
        Devices = inventory.Advertised(),
        Runtimes = [new AdvertRuntime("wasm", NodeShell.Agent, [NodeSettings.WasmSemantics])],
        Benchmarks = [.. benchmarks],
        Addresses = [],
    });

    private static bool IsLoopback(Multiaddr address)
        => address.TryGetTcp(out var host, out _) && IPAddress.TryParse(host.Text, out var ip) && IPAddress.IsLoopback(ip);
}
