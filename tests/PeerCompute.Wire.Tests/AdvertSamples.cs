// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Tests;

/// <summary>Random but valid parts of adverts.</summary>
internal static class AdvertSamples
{
    public static readonly NetworkId Network = NetworkId.Open;

    private static readonly string[] Isolations = ["none", "wasm-process", "wasm-seccomp", "wasm-strict"];

    private static readonly uint[] Regions = [0, 276, 840];

    private static readonly string[] Names = ["Test Card", "Portable CPU (gpu)", "Cores 3000", "x"];

    public static AdvertDevice Device(this Samples make, DeviceKind kind) => new(
        kind, make.Of("Maker A", "Maker B"), make.Of(Names), make.Number(0, 100) << 30, make.Small(1, 4), "1.2.3", make.Of("cuda 8.9", "opencl 3.0"));

    public static Capabilities Capabilities(this Samples make)
    {
        var devices = Enumerable.Range(0, (int)make.Number(0, 3)).Select(_ => make.Device((DeviceKind)make.Number(1, 3)));
        string[] semantics = make.Number(0, 3) == 0 ? ["wasm-1.0/x"] : ["wasm-1.0/x", "wasm-2.0/pc1"];
        var measured = make.Number(0, 2) == 0 ? 0UL : 1;
        return new Capabilities
        {
            Architecture = make.Of("x64", "arm64"),
            Cores = make.Small(1, 80),
            Slots = make.Small(1, 8),
            Limits = new TaskLimits(make.Number(1, 64) << 26, make.Number(1, 8) << 30, make.Number(1, 60) * 1000, 1 << 20),
            Isolation = make.Of(Isolations),
            NativeIsolation = make.Of("none", "native-degraded", "native-strict"),
            DeviceIsolation = make.Of("", "device-degraded", "device-strict"),
            Region = Regions[make.Number(0, 2)],
            PriceFloorMicro = make.Number(1, 10),
            Devices = [.. devices],
            Runtimes = make.Number(0, 5) == 0 ? [] : [new AdvertRuntime("wasm", "1.0", [.. semantics])],
            Benchmarks = measured == 0 ? [] : [new Benchmark(Benchmark.WasmFuel, make.Number(1, 900) * 1_000_000, Benchmark.FuelPerSecond, 1)],
            Addresses = [Multiaddr.Parse("/ip4/192.0.2.1/tcp/4001"), Multiaddr.Parse("/dns4/node.example/tcp/443")],
        };
    }

    public static Load Load(this Samples make) => new(make.Number(0, 6) > 0, make.Small(0, 4), make.Small(0, 9), make.Number(1, 20));

    public static Profile Profile(this Samples make, Incarnation life, ulong sequence, ulong atMs) => new(
        new Header(life, sequence, Wire.Adverts.Profile.ContextOf(Network), Rules.Hash, atMs), Network, atMs + WireLimits.ProfileLifeMs, make.Capabilities());

    public static Status Status(this Samples make, SignedProfile profile, ulong sequence, ulong atMs) => new(
        profile.Profile.Header with { Sequence = sequence, Context = Wire.Adverts.Status.ContextOf(Network), TimeMs = atMs },
        profile.Hash, atMs + WireLimits.StatusLifeMs, make.Load());

    public static AdvertAnswer Answer(this Samples make, KeyPair owner, Incarnation life = default, ulong sequence = 0, ulong atMs = 1_000_000)
    {
        var profile = SignedProfile.Sign(owner, make.Profile(life, sequence, atMs));
        return new AdvertAnswer(profile, SignedStatus.Sign(owner, make.Status(profile, sequence, atMs)));
    }

    /// <summary>A peer by a key that nobody has: much cheaper than a real one.</summary>
    public static PeerId RawPeer(this Samples make) => PeerId.FromPublicKey(make.Bytes(32));

    public static T Of<T>(this Samples make, params T[] items) => items[make.Number(0, (ulong)items.Length - 1)];
}
