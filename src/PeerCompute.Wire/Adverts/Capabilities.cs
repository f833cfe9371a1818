// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Multiformats;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Adverts;

/// <summary>What a node has and lends: the body of a profile.</summary>
public sealed record Capabilities
{
    /// <summary>Most bytes of a profile beside its capabilities: header, network, end.</summary>
    private const int HeadBytes = 192;

    /// <summary>Architecture of the processor, for example <c>x64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Cores lent.</summary>
    public required uint Cores { get; init; }

    /// <summary>Leases run at a time; 0 for a node that takes no work.</summary>
    public required uint Slots { get; init; }

    /// <summary>Most that one task may use.</summary>
    public required TaskLimits Limits { get; init; }

    /// <summary>Isolation class of WebAssembly programs.</summary>
    public required string Isolation { get; init; }

    /// <summary>Isolation class of native programs; <c>none</c> where none could run.</summary>
    public required string NativeIsolation { get; init; }

    /// <summary>Isolation class of programs that are granted a card; empty where none is granted.</summary>
    public string DeviceIsolation { get; init; } = "";

    /// <summary>UN M49 number of the place, 0 where not told.</summary>
    public required uint Region { get; init; }

    /// <summary>Least price of one task, micro-units.</summary>
    public required ulong PriceFloorMicro { get; init; }

    /// <summary>Devices, at most <see cref="WireLimits.AdvertItems"/>.</summary>
    public required ImmutableArray<AdvertDevice> Devices { get; init; }

    /// <summary>Runtimes, ascending by id, at most <see cref="WireLimits.AdvertItems"/>.</summary>
    public required ImmutableArray<AdvertRuntime> Runtimes { get; init; }

    /// <summary>Measured figures, ascending by name, at most <see cref="WireLimits.AdvertItems"/>.</summary>
    public required ImmutableArray<Benchmark> Benchmarks { get; init; }

    /// <summary>Addresses it listens on, at most <see cref="WireLimits.AdvertAddresses"/>.</summary>
    public required ImmutableArray<Multiaddr> Addresses { get; init; }

    /// <summary>The figure measured under a name.</summary>
    /// <param name="name">For example <see cref="Benchmark.WasmFuel"/>.</param>
    /// <returns>The value, 0 where nothing was measured.</returns>
    public ulong Measured(string name)
    {
        foreach (var benchmark in Benchmarks)
        {
            if (benchmark.Name == name) return benchmark.Value;
        }

        return 0;
    }

    /// <summary>What of this a profile can say: numbers within their limits, and so many addresses and devices as it has room for.</summary>
    /// <returns>The same where all of it fits. Addresses behind the fourth go first, then devices, then addresses; the last ones first.</returns>
    public Capabilities Fitting()
    {
        var limits = new TaskLimits(
            Math.Clamp(Limits.MemoryBytes, 1 << 16, WireLimits.MemoryBytes),
            Math.Clamp(Limits.Fuel, 1, WireLimits.Fuel),
            Math.Clamp(Limits.WallMs, 1, WireLimits.WallMs),
            Math.Clamp(Limits.OutputBytes, 1, WireLimits.OutputBytes));
        var fits = this with
        {
            Limits = limits,
            Devices = [.. Devices.Take(WireLimits.AdvertItems)],
            Addresses = [.. Addresses.Where(static a => a.Bytes.Length <= WireLimits.AdvertAddressBytes).Take(WireLimits.AdvertAddresses)],
        };
        while (fits.ToProto().CalculateSize() > WireLimits.ProfileBytes - HeadBytes)
        {
            if (fits.Addresses.Length > 4 || fits.Devices.IsEmpty) fits = fits with { Addresses = fits.Addresses[..^1] };
            else fits = fits with { Devices = fits.Devices[..^1] };
        }

        return fits;
    }

    internal V1.Capabilities ToProto()
    {
        var m = new V1.Capabilities
        {
            Architecture = Architecture,
            Cores = Cores,
            Slots = Slots,
            Limits = Limits.ToProto(),
            Isolation = Isolation,
            NativeIsolation = NativeIsolation,
            DeviceIsolation = DeviceIsolation,
            Region = Region,
            PriceFloorMicro = PriceFloorMicro,
        };
        foreach (var device in Devices) m.Devices.Add(device.ToProto());
        foreach (var runtime in Runtimes) m.Runtimes.Add(runtime.ToProto());
        foreach (var benchmark in Benchmarks) m.Benchmarks.Add(benchmark.ToProto());
        foreach (var address in Addresses) m.Addresses.Add(Canonical.Bytes(address.Bytes));
        return m;
    }

    internal static Capabilities From(V1.Capabilities? m)
    {
        Canonical.Present(m, "capabilities");
        return new Capabilities
        {
            Architecture = Canonical.Label(m!.Architecture, WireLimits.LabelBytes, "architecture"),
            Cores = (uint)Canonical.Within(m.Cores, 0, WireLimits.AdvertCount, "cores"),
            Slots = (uint)Canonical.Within(m.Slots, 0, WireLimits.AdvertCount, "slots"),
            Limits = TaskLimits.From(m.Limits),
            Isolation = Canonical.Label(m.Isolation, WireLimits.LabelBytes, "isolation"),
            NativeIsolation = Canonical.Label(m.NativeIsolation, WireLimits.LabelBytes, "native_isolation"),
            DeviceIsolation = m.DeviceIsolation.Length == 0 ? "" : Canonical.Label(m.DeviceIsolation, WireLimits.LabelBytes, "device_isolation"),
            Region = (uint)Canonical.Within(m.Region, 0, WireLimits.Region, "region"),
            PriceFloorMicro = Canonical.Within(m.PriceFloorMicro, 0, WireLimits.PriceMicro, "price_floor_micro"),
            Devices = Canonical.List(m.Devices, WireLimits.AdvertItems, "devices", AdvertDevice.From),
            Runtimes = Ascending(Canonical.List(m.Runtimes, WireLimits.AdvertItems, "runtimes", AdvertRuntime.From), static r => r.Id, "runtimes"),
            Benchmarks = Ascending(Canonical.List(m.Benchmarks, WireLimits.AdvertItems, "benchmarks", Benchmark.From), static b => b.Name, "benchmarks"),
            Addresses = Canonical.List(m.Addresses, WireLimits.AdvertAddresses, "addresses", static (a, field) => Address(a.Span, field)),
        };
    }

    private static ImmutableArray<T> Ascending<T>(ImmutableArray<T> items, Func<T, string> name, string field)
    {
        for (var i = 1; i < items.Length; i++)
        {
            if (string.CompareOrdinal(name(items[i - 1]), name(items[i])) >= 0) throw new WireException($"{field}[{i}]", "not in ascending order");
        }

        return items;
    }

    private static Multiaddr Address(ReadOnlySpan<byte> bytes, string field)
    {
        if (bytes.Length > WireLimits.AdvertAddressBytes) throw new WireException(field, $"{bytes.Length} bytes, limit {WireLimits.AdvertAddressBytes}");
        try
        {
            return Multiaddr.Decode(bytes);
        }
        catch (WireException e)
        {
            throw new WireException(field, e.Message);
        }
    }
}
