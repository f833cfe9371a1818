// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using PeerCompute.Execution.Devices;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Execution.Tests.Devices;

[TestFixture]
internal sealed class ToolsTest
{
    [Test]
    public void Cards_of_old_and_new_drivers_are_read_and_lines_that_are_none_are_left_out()
    {
        Device[] cards = [.. NvidiaTool.Read("NVIDIA A, 81559, 570.1, 9.0\nGeForce B, 7979, 440.64\nC, [N/A], 580.1, 12.1\nNo devices were found\n, 1, 2\n\n")];
        Assert.That(cards.Select(static c => (c.Kind, c.Model, c.MemoryBytes, c.Driver, c.Capability)), Is.EqualTo(new[]
        {
            (DeviceKind.Gpu, "NVIDIA A", 81559L << 20, "570.1", "cuda 9.0"),
            (DeviceKind.Gpu, "GeForce B", 7979L << 20, "440.64", "cuda"),
            (DeviceKind.Gpu, "C", 0L, "580.1", "cuda 12.1"),
        }));
        Assert.That(NvidiaTool.Read(string.Concat(Enumerable.Repeat("A, 1, 2\n", 1000))).Count(), Is.EqualTo(NvidiaTool.MostCards));
    }

    [Test]
    public void The_kind_of_an_OpenCL_device_is_what_its_driver_says()
    {
        (string Type, DeviceKind? Kind)[] cases =
        [
            ("CL_DEVICE_TYPE_CPU", DeviceKind.Cpu), ("CL_DEVICE_TYPE_GPU", DeviceKind.Gpu), ("CL_DEVICE_TYPE_GPU | CL_DEVICE_TYPE_DEFAULT", DeviceKind.Gpu),
            ("CL_DEVICE_TYPE_CPU | CL_DEVICE_TYPE_GPU", DeviceKind.Cpu), ("CL_DEVICE_TYPE_ACCELERATOR", DeviceKind.Accelerator),
            ("CL_DEVICE_TYPE_CUSTOM", DeviceKind.Accelerator), ("<unknown>", null), ("gpu", null),
        ];
        foreach (var (type, kind) in cases)
        {
            string text = $"[X/*]    CL_PLATFORM_NAME gpu\n[X/0]  CL_DEVICE_NAME   a gpu\n[X/0]  CL_DEVICE_TYPE   {type}\n";
            Assert.That(OpenClTool.Read(text).Select(static d => d.Kind), Is.EqualTo(kind is { } known ? [known] : Array.Empty<DeviceKind>()), type);
        }
    }

    [Test]
    public void Devices_that_are_not_available_and_those_beyond_the_bound_are_left_out()
    {
        static string Device(int number, string available) =>
            $"[AMD/{number}] CL_DEVICE_NAME gfx906\n[AMD/{number}] CL_DEVICE_BOARD_NAME_AMD Radeon {number}\n[AMD/{number}] CL_DEVICE_TYPE CL_DEVICE_TYPE_GPU\n"
            + $"[AMD/{number}] CL_DEVICE_AVAILABLE {available}\n[AMD/{number}] CL_DEVICE_GLOBAL_MEM_SIZE lots\n";
        Device device = OpenClTool.Read(Device(0, "CL_FALSE") + Device(1, "CL_TRUE")).Single();
        Assert.That((device.Model, device.MemoryBytes, device.Vendor), Is.EqualTo(("Radeon 1", 0L, "unknown")));
        Assert.That(OpenClTool.Read(string.Concat(Enumerable.Range(0, 500).Select(n => Device(n, "CL_TRUE")))).Count(), Is.EqualTo(OpenClTool.MostDevices));
    }

    [TestCase("GPU 0: A\n  MIG 1c.3g.20gb Device 0: (UUID: x)", "A MIG 1c.3g.20gb", 20_000_000_000)]
    [TestCase("GPU 0: A\n  MIG 1g.10gb+me Device 0: (UUID: x)", "A MIG 1g.10gb+me", 10_000_000_000)]
    [TestCase("GPU 0: A\n  MIG odd Device 0: (UUID: x)", "A MIG odd", 0)]
    [TestCase("GPU 7: A\n  MIG 1g.5gb Device 0: (UUID: x)", "A", 1 << 20)]
    [TestCase("MIG 1g.5gb Device 0: (UUID: x)", "A", 1 << 20)]
    [TestCase("", "A", 1 << 20)]
    public void Slices_have_the_memory_of_their_names(string list, string model, long memory)
    {
        Device[] cards = [.. NvidiaTool.Read("A, 1, 2\n")];
        Assert.That(NvidiaTool.WithSlices(cards, list).Select(static card => (card.Model, card.MemoryBytes)), Is.EqualTo(new[] { (model, memory) }));
    }

    [Test]
    public void Any_text_is_read_without_a_fault([Range(1, 50)] int seed)
    {
        var random = new Random(seed);
        string[] pieces =
        [
            "[X/0]", "[", "]", " ", "\n", "CL_DEVICE_TYPE", "CL_DEVICE_TYPE_GPU", "|", ",", "9", "99999999999999999999", "\0", "é", "[/1]", "CL_DEVICE_NAME",
        ];
        string text = string.Concat(Enumerable.Range(0, 400).Select(_ => pieces[random.Next(pieces.Length)]));
        Assert.That(() => OpenClTool.Read(text).Concat(NvidiaTool.Read(text)).ToArray(), Throws.Nothing);
        Assert.That(() => NvidiaTool.WithSlices([new Device(DeviceKind.Gpu, "a")], text).ToArray(), Throws.Nothing);
        Assert.That(() => new DeviceInventory([.. OpenClTool.Read(text), .. NvidiaTool.Read(text)], []).Advertised(), Throws.Nothing);
    }

    [Test]
    public async Task A_tool_that_is_missing_or_fails_says_nothing()
    {
        Assert.That(await HostTool.RunAsync("no-such-tool-anywhere", [], default), Is.Null);
        Assert.That(await HostTool.RunAsync("false", [], default), Is.Null);
        Assert.That(await HostTool.RunAsync("echo", ["two words"], default), Is.EqualTo("two words\n"));
        Assert.That(await HostTool.RunAsync("cat", ["/dev/zero"], default), Is.Null, "a flood");
    }

    [Test]
    public void A_tool_that_hangs_is_killed_when_the_wait_ends()
    {
        string mark = "61" + Environment.ProcessId;
        using var wait = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        Assert.That(async () => await HostTool.RunAsync("sleep", [mark], wait.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => Process.GetProcessesByName("sleep").Count(process => CommandLine(process.Id).Contains(mark, StringComparison.Ordinal)),
            Is.Zero.After(10_000, 20));
    }

    [Test]
    public void Equal_devices_are_advertised_together_in_printable_letters()
    {
        var card = new Device(DeviceKind.Gpu, "Card\u00AE \u001b[2J") { MemoryBytes = 5 };
        var inventory = new DeviceInventory([card, new Device(DeviceKind.Gpu, "") { Vendor = new string('v', 99) }, card], []);
        AdvertDevice[] advertised = [.. inventory.Advertised()];
        Assert.That(advertised.Select(static d => (d.Model, d.Count)), Is.EqualTo(new[] { ("Card? ?[2J", 2u), ("unknown", 1u) }));
        Assert.That(advertised[1].Vendor, Has.Length.EqualTo(64));
    }

    private static string CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
