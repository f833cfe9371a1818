// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Devices;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Market.Adverts;
using PeerCompute.Wire.Adverts;
using PeerCompute.Wire.Common;

namespace PeerCompute.Execution.Tests.Devices;

/// <summary>Recorded inventories on their way through the inventory into profiles and to who looks for them.</summary>
[TestFixture]
internal sealed class RecordedInventoryTest
{
    private static readonly string[] Hosts = ["pocl", "gpu", "misnamed"];

    [Test]
    public async Task One_gibibyte_of_GPU_memory_finds_the_real_GPU_only_and_the_runtime_finds_all()
    {
        Assert.That(await Found(new Needs { Device = DeviceKind.Gpu, DeviceMemoryBytes = 1 << 30 }), Is.EqualTo(new[] { "gpu" }));
        Assert.That(await Found(new Needs { Device = DeviceKind.Gpu }), Is.EqualTo(new[] { "gpu" }));
        Assert.That(await Found(new Needs { Runtime = "wasm" }), Is.EqualTo(Hosts));
        Assert.That(await Found(new Needs { Device = DeviceKind.Gpu, DeviceMemoryBytes = 8UL << 30 }), Is.Empty, "it has 7979 MiB");
    }

    [Test]
    public async Task Only_the_real_GPU_is_published_as_one()
    {
        foreach (string host in Hosts)
        {
            Bucket[] buckets = [.. CapabilityBuckets.BucketsOf(await Profile(host))];
            Assert.That(buckets.Contains(Bucket.Device(DeviceKind.Gpu)), Is.EqualTo(host == "gpu"), host);
            Assert.That(buckets.Contains(Bucket.GpuMemory(1)), Is.EqualTo(host == "gpu"), host);
            Assert.That(buckets.Contains(Bucket.Runtime("wasm")), host);
        }
    }

    [Test]
    public async Task A_recorded_PoCL_device_is_a_processor_with_the_memory_it_says()
    {
        Device device = (await Read("pocl")).Devices[1];
        Assert.That((device.Kind, device.Model, device.Vendor, device.Driver, device.Capability, device.MemoryBytes, device.Cores),
            Is.EqualTo((DeviceKind.Cpu, "pthread-skylake-avx512-AMD EPYC", "AuthenticAMD", "3.1+debian", "opencl 3.0", 9_892_487_168L, 2)));
    }

    [Test]
    public async Task A_processor_that_is_called_a_GPU_stays_a_processor()
    {
        Device device = (await Read("misnamed")).Devices[1];
        Assert.That((device.Kind, device.Model, device.Vendor), Is.EqualTo((DeviceKind.Cpu, "NVIDIA GeForce GPU (gpu)", "NVIDIA Corporation")));
    }

    [Test]
    public async Task A_rig_is_advertised_as_two_models_and_their_numbers()
    {
        IEnumerable<AdvertDevice> cards = (await Read("rig")).Advertised().Where(static device => device.Kind == DeviceKind.Gpu);
        Assert.That(cards.Select(static card => (card.Model, card.Count)), Is.EqualTo(new[]
        {
            ("NVIDIA GeForce RTX 3060", 10u), ("NVIDIA GeForce RTX 3060 Ti", 2u),
        }));
        Assert.That((await Read("wsl")).Devices[1].MemoryBytes, Is.EqualTo(24_564L << 20));
    }

    [Test]
    public async Task A_card_that_is_cut_up_is_its_slices()
    {
        DeviceInventory host = await Read("mig");
        Assert.That(host.Devices.Skip(1).Select(static device => (device.Model, device.MemoryBytes)), Is.EqualTo(new[]
        {
            ("NVIDIA A100-SXM4-40GB MIG 3g.20gb", 20_000_000_000L), ("NVIDIA A100-SXM4-40GB MIG 1g.5gb", 5_000_000_000L),
            ("NVIDIA A100-SXM4-40GB MIG 1g.5gb", 5_000_000_000L), ("NVIDIA A100-SXM4-40GB", 40_960L << 20),
        }));
    }

    [Test]
    public async Task The_kernel_alone_lists_cards_of_AMD_and_not_its_processor()
    {
        DeviceInventory host = await Read("amd");
        Assert.That(host.Devices.Skip(1).Select(static device => (device.Model, device.Capability, device.MemoryBytes)), Is.EqualTo(new[]
        {
            ("AMD gfx908 738c", "gfx908", 68_702_699_520L), ("AMD gfx1100 744c", "gfx1100", 25_753_026_560L),
        }));
        Assert.That(host.Devices.Skip(1), Is.All.Matches<Device>(static device => device is { Kind: DeviceKind.Gpu, Usable: false }));
    }

    [Test]
    public void Isolation_classes_have_the_same_order_and_names_here_and_in_the_market()
    {
        foreach (IsolationClass isolation in Enum.GetValues<IsolationClass>())
            Assert.That(IsolationRank.Of(isolation.Name()), Is.EqualTo((uint)isolation));
    }

    private static async Task<string[]> Found(Needs needs)
    {
        List<string> found = [];
        foreach (string host in Hosts)
        {
            if (Matcher.Match(needs, await Profile(host), new Load(true, 1, 0, 0)).IsEmpty) found.Add(host);
        }

        return [.. found];
    }

    private static Task<DeviceInventory> Read(string host)
        => DeviceInventory.ReadAsync(new RecordedHost(Path.Combine(AppContext.BaseDirectory, "Devices/fixtures", host)), default);

    /// <summary>The profile of a host as it arrives at another node.</summary>
    private static async Task<Capabilities> Profile(string host)
    {
        var has = new Capabilities
        {
            Architecture = "x64",
            Cores = 2,
            Slots = 2,
            Limits = new TaskLimits(1 << 30, 1 << 30, 1000, 1000),
            Isolation = "wasm-strict",
            NativeIsolation = "none",
            Region = 0,
            PriceFloorMicro = 1,
            Devices = (await Read(host)).Advertised(),
            Runtimes = [new AdvertRuntime("wasm", "1", ["wasm-2.0/pc1"])],
            Benchmarks = [],
            Addresses = [],
        };
        var header = new Header(new(1, 1), 0, Wire.Adverts.Profile.ContextOf(NetworkId.Open), Rules.Hash, 1);
        return Wire.Adverts.Profile.Decode(new Profile(header, NetworkId.Open, 2, has).Encode()).Capabilities;
    }
}
