// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Market.Adverts;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Tests;

namespace PeerCompute.Market.Tests.Adverts;

internal sealed class MatcherTests
{
    private static readonly Capabilities Has = new()
    {
        Architecture = "x64",
        Cores = 8,
        Slots = 2,
        Limits = new TaskLimits(1 << 30, 1 << 30, 60_000, 1 << 20),
        Isolation = "wasm-seccomp",
        NativeIsolation = "native-degraded",
        Region = 276,
        PriceFloorMicro = 3,
        Devices = [Gpu(8, 2), Gpu(24, 1), new(DeviceKind.Cpu, "m", "best gpu ever", 1UL << 40, 9, "gpu", "gpu")],
        Runtimes = [new("wasm", "1", ["wasm-2.0/pc1"])],
        Benchmarks = [new(Benchmark.WasmFuel, 1000, Benchmark.FuelPerSecond, 1)],
        Addresses = [],
    };

    private static readonly Load Idle = new(true, 2, 0, 5);

    private static readonly Needs All = new()
    {
        Runtime = "wasm",
        Semantics = "wasm-2.0/pc1",
        Device = DeviceKind.Gpu,
        DeviceMemoryBytes = 8UL << 30,
        DeviceCount = 3,
        Isolation = "wasm-seccomp",
        Regions = [276, 40],
        RegionsShunned = [840],
        Cores = 8,
        MemoryBytes = 1 << 30,
        Fuel = 1 << 30,
        WallMs = 60_000,
        FuelPerSecond = 1000,
        FreeSlots = 2,
        PriceCeilingMicro = 5,
    };

    [Test]
    public void What_just_meets_every_need_fits() => Assert.That(Matcher.Match(All, Has, Idle), Is.Empty);

    [Test]
    public void What_needs_nothing_fits_any_node_that_is_heard_of_and_takes_work() => Assert.That(Matcher.Match(new Needs(), Has, Idle), Is.Empty);

    [Test]
    public void Each_need_that_is_a_little_more_is_named_with_what_there_is()
    {
        Lacks(All with { Runtime = "other" }, Requirement.Runtime, 0);
        Lacks(All with { Semantics = "other" }, Requirement.Semantics, 0);
        Lacks(All with { Device = DeviceKind.Accelerator }, Requirement.Device, 0);
        Lacks(All with { DeviceMemoryBytes = (8UL << 30) + 1 }, Requirement.DeviceMemory, 8UL << 30);
        Lacks(All with { DeviceMemoryBytes = 25UL << 30, DeviceCount = 1 }, Requirement.DeviceMemory, 24UL << 30);
        Lacks(All with { DeviceCount = 4 }, Requirement.DeviceCount, 3);
        Lacks(All with { DeviceMemoryBytes = 9UL << 30, DeviceCount = 4 }, Requirement.DeviceCount, 1);
        Lacks(All with { Isolation = "wasm-strict" }, Requirement.Isolation, 2);
        Lacks(All with { Isolation = "a class of tomorrow" }, Requirement.Isolation, 2);
        Lacks(All with { Isolation = "native-strict" }, Requirement.Isolation, 4);
        Lacks(All with { Regions = [40] }, Requirement.Region, 276);
        Lacks(All with { RegionsShunned = [276] }, Requirement.Region, 276);
        Lacks(All with { Cores = 9 }, Requirement.Cores, 8);
        Lacks(All with { MemoryBytes = (1 << 30) + 1 }, Requirement.Memory, 1 << 30);
        Lacks(All with { Fuel = (1 << 30) + 1 }, Requirement.Fuel, 1 << 30);
        Lacks(All with { WallMs = 60_001 }, Requirement.WallTime, 60_000);
        Lacks(All with { FuelPerSecond = 1001 }, Requirement.Speed, 1000);
        Lacks(All with { FreeSlots = 3 }, Requirement.FreeSlots, 2);
        Lacks(All with { PriceCeilingMicro = 4 }, Requirement.Price, 5);
    }

    [Test]
    public void A_class_of_one_kind_of_program_is_none_of_the_other()
    {
        var mixed = Has with { Isolation = "native-strict", NativeIsolation = "wasm-strict" };
        foreach (var need in (string[])["wasm-process", "native-degraded"])
        {
            Assert.That(Matcher.Match(All with { Isolation = need }, Has, Idle), Is.Empty);
            Assert.That(Matcher.Match(All with { Isolation = need }, mixed, Idle), Is.EqualTo(new[] { new Shortfall(Requirement.Isolation, 0) }));
        }

        Assert.That(Matcher.Match(All with { Isolation = "none" }, mixed, Idle), Is.Empty);
    }

    [Test]
    public void A_silent_node_or_one_that_takes_no_work_does_not_fit()
    {
        Assert.That(Matcher.Match(All, Has, null), Is.EqualTo(new[] { new Shortfall(Requirement.Heard, 0) }));
        Assert.That(Matcher.Match(All, Has, Idle with { TakesWork = false }), Is.EqualTo(new[] { new Shortfall(Requirement.TakesWork, 0) }));
    }

    [Test]
    public void Too_few_devices_that_are_too_small_lack_both()
    {
        var needs = All with { DeviceMemoryBytes = 80UL << 30, DeviceCount = 4 };
        Assert.That(
            Matcher.Match(needs, Has, Idle).Select(static s => s.Requirement), Is.EqualTo(new[] { Requirement.DeviceMemory, Requirement.DeviceCount }));
    }

    [Test]
    public void A_processor_is_never_found_as_a_GPU_whatever_it_is_called([Range(1, 50)] int seed)
    {
        var make = new Samples((ulong)seed);
        var cpu = new AdvertDevice(DeviceKind.Cpu, "NVIDIA gpu", "GeForce GPU", make.Number(0, WireLimits.DeviceBytes), 8, "cuda", "cuda 9.0 gpu");
        var node = make.Capabilities() with { Devices = [cpu, make.Device(DeviceKind.Accelerator), cpu] };
        var needs = new Needs { Device = DeviceKind.Gpu, DeviceMemoryBytes = make.Number(0, 1) };
        Assert.That(Matcher.Match(needs, node, Idle)[0].Requirement, Is.EqualTo(Requirement.Device));
        Assert.That(CapabilityBuckets.BucketsOf(node).Select(static b => b.Attribute), NUnit.Framework.Has.None.EqualTo("gpu.vram"));
        Assert.That(CapabilityBuckets.BucketsOf(node), NUnit.Framework.Has.None.EqualTo(Bucket.Device(DeviceKind.Gpu)));
    }

    private static AdvertDevice Gpu(ulong gibi, uint count) => new(DeviceKind.Gpu, "v", "m", gibi << 30, count, "1", "cuda 8.9");

    private static void Lacks(Needs needs, Requirement requirement, ulong level)
        => Assert.That(Matcher.Match(needs, Has, Idle), Is.EqualTo(new[] { new Shortfall(requirement, level) }));
}
