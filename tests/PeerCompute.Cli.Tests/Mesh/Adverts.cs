// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Time;
using PeerCompute.Core;
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Market.Adverts;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;
using PeerCompute.Base.Identity;

namespace PeerCompute.Cli.Tests.Mesh;

/// <summary>Adverts of workers that are none.</summary>
internal static class Adverts
{
    /// <summary>A good advert, signed at a time.</summary>
    public static AdvertAnswer Of(KeyPair key, NetworkId network, KadPeer where, TimeSpan clock = default)
    {
        var now = new NodeTime(new Instant(1), (DateTimeOffset.UtcNow + clock).ToUnixTimeMilliseconds(), 0);
        return new AdvertDesk(key, network, new Incarnation(1, 7)).Answer(new AdvertQuery(default), Capabilities(where), new Load(true, 4, 0, 1), now);
    }

    private static Capabilities Capabilities(KadPeer where) => new()
    {
        Architecture = "x64",
        Cores = 64,
        Slots = 4,
        Limits = new TaskLimits(1UL << 36, 1UL << 40, 3_600_000, WireLimits.OutputBytes),
        Isolation = "wasm-strict",
        NativeIsolation = "native-degraded",
        Region = 0,
        PriceFloorMicro = 1,
        Devices = [],
        Runtimes = [new AdvertRuntime("wasm", "peercompute/0.1.0", [NodeSettings.WasmSemantics])],
        Benchmarks = [],
        Addresses = where.Addresses,
    };
}
