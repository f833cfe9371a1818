// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Net;
using System.Runtime.InteropServices;
using PeerCompute.Base.Multiformats;
using PeerCompute.Core;
using PeerCompute.Core.Events;
using PeerCompute.Execution.Benchmarks;
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

    /// <summary>Asks drivers and measures the engine: takes seconds, so nobody waits for it.</summary>
    /// <param name="devices">The host, or a recorded one.</param>
    /// <param name="home">Where figures are kept for a week.</param>
    /// <param name="region">UN M49 number, 0 where not told.</param>
    /// <param name="time">Clock.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<CapabilitiesKnown> CapabilitiesAsync(IHostDevices devices, string home, uint region, TimeProvider time, CancellationToken cancel)
    {
        var inventory = await DeviceInventory.ReadAsync(devices, cancel).ConfigureAwait(false);
        var processor = inventory.Devices.FirstOrDefault(static d => d.Kind == DeviceKind.Cpu)?.Model ?? "";
        var file = Path.Combine(home, HostBenchmarks.FileName);
        var benchmarks = await new HostBenchmarks(file, NodeShell.Agent, processor, time).ReadAsync(cancel).ConfigureAwait(false);
        return new CapabilitiesKnown(new Capabilities
        {
            Architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
            Cores = (uint)Environment.ProcessorCount,
            Slots = 0,
            Limits = new TaskLimits(0, 0, 0, WireLimits.OutputBytes),
            Isolation = "",
            Region = region,
            PriceFloorMicro = 0,
            Devices = inventory.Advertised(),
            Runtimes = [new AdvertRuntime("wasm", NodeShell.Agent, [NodeSettings.WasmSemantics])],
            Benchmarks = [.. benchmarks],
            Addresses = [],
        });
    }

    private static bool IsLoopback(Multiaddr address)
        => address.TryGetTcp(out var host, out _) && IPAddress.TryParse(host.Text, out var ip) && IPAddress.IsLoopback(ip);
}
