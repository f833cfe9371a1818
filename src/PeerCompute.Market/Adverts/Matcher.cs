// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Market.Adverts;

/// <summary>Whether a node fits a job's needs, by what it says of itself; what it says is believed no further than to ask it for a bid.</summary>
public static class Matcher
{
    /// <summary>Compares.</summary>
    /// <param name="needs">What the job needs.</param>
    /// <param name="has">What the node has.</param>
    /// <param name="load">How busy it is; null where no status counts.</param>
    /// <returns>What is not met, in canonical order; empty when the node fits.</returns>
    public static ImmutableArray<Shortfall> Match(Needs needs, Capabilities has, Load? load)
    {
        var unmet = ImmutableArray.CreateBuilder<Shortfall>();
        Runtime(needs, has, unmet);
        Device(needs, has, unmet);
        var isolation = IsolationRank.Of(needs.Isolation, has);
        if (isolation < IsolationRank.Needed(needs.Isolation)) unmet.Add(new(Requirement.Isolation, isolation));
        var elsewhere = needs.Regions.Length > 0 && !needs.Regions.Contains(has.Region);
        if (elsewhere || needs.RegionsShunned.Contains(has.Region)) unmet.Add(new(Requirement.Region, has.Region));
        Least(Requirement.Cores, needs.Cores, has.Cores, unmet);
        Least(Requirement.Memory, needs.MemoryBytes, has.Limits.MemoryBytes, unmet);
        Least(Requirement.Fuel, needs.Fuel, has.Limits.Fuel, unmet);
        Least(Requirement.WallTime, needs.WallMs, has.Limits.WallMs, unmet);
        Least(Requirement.Speed, needs.FuelPerSecond, has.Measured(Benchmark.WasmFuel), unmet);
        Now(needs, has, load, unmet);
        return unmet.DrainToImmutable();
    }

    private static void Least(Requirement requirement, ulong needed, ulong has, ImmutableArray<Shortfall>.Builder unmet)
    {
        if (has < needed) unmet.Add(new(requirement, has));
    }

    private static void Runtime(Needs needs, Capabilities has, ImmutableArray<Shortfall>.Builder unmet)
    {
        if (needs.Runtime.Length == 0) return;
        foreach (var runtime in has.Runtimes)
        {
            if (runtime.Id != needs.Runtime) continue;
            if (needs.Semantics.Length > 0 && !runtime.Semantics.Contains(needs.Semantics)) unmet.Add(new(Requirement.Semantics, 0));
            return;
        }

        unmet.Add(new(Requirement.Runtime, 0));
    }

    /// <summary>
    /// Devices count by their kind alone: a processor is no GPU, whatever it is called. Without any of the kind only that is said;
    /// enough of them but too small, only the memory; too few that are large enough, only the number; else both.
    /// </summary>
    private static void Device(Needs needs, Capabilities has, ImmutableArray<Shortfall>.Builder unmet)
    {
        if (needs.Device is not { } kind) return;
        var count = Math.Max(1, needs.DeviceCount);
        var (all, large) = (Devices(has, kind, 0), Devices(has, kind, needs.DeviceMemoryBytes));
        if (all == 0)
        {
            unmet.Add(new(Requirement.Device, 0));
            return;
        }

        if (large >= count) return;
        if (all >= count || large == 0) unmet.Add(new(Requirement.DeviceMemory, MemoryOf(has, kind, Math.Min(all, count))));
        if (all < count) unmet.Add(new(Requirement.DeviceCount, large == 0 ? all : large));
    }

    private static ulong Devices(Capabilities has, DeviceKind kind, ulong memory)
    {
        var count = 0UL;
        foreach (var device in has.Devices)
        {
            if (device.Kind == kind && device.MemoryBytes >= memory) count += device.Count;
        }

        return count;
    }

    /// <summary>The most memory that so many devices each have.</summary>
    private static ulong MemoryOf(Capabilities has, DeviceKind kind, ulong count)
    {
        var most = 0UL;
        foreach (var device in has.Devices)
        {
            if (device.Kind == kind && device.MemoryBytes > most && Devices(has, kind, device.MemoryBytes) >= count) most = device.MemoryBytes;
        }

        return most;
    }

    /// <summary>What a status tells. Where none counts, only that is said, and the price is the floor.</summary>
    private static void Now(Needs needs, Capabilities has, Load? load, ImmutableArray<Shortfall>.Builder unmet)
    {
        if (load is null) unmet.Add(new(Requirement.Heard, 0));
        if (load is { TakesWork: false }) unmet.Add(new(Requirement.TakesWork, 0));
        if (load is not null) Least(Requirement.FreeSlots, needs.FreeSlots, load.FreeSlots, unmet);
        var price = load?.PriceMicro ?? has.PriceFloorMicro;
        if (price > needs.PriceCeilingMicro) unmet.Add(new(Requirement.Price, price));
    }
}
