// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Devices;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Execution.Tests.Devices;

[TestFixture]
internal sealed class DeviceInventoryTest
{
    private string _folder = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("host").FullName;
        Write("proc/cpuinfo", "processor\t: 0\nvendor_id\t: TestMaker\nmodel name\t: Test CPU 3000\nmodel name\t: other\n");
    }

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task This_host_has_a_processor_first_that_is_no_GPU()
    {
        DeviceInventory inventory = await DeviceInventory.ReadAsync(new ThisHost(), default);
        Device cpu = inventory.Devices[0];
        Assert.Multiple(() =>
        {
            Assert.That(inventory.Devices.Count(device => device is { Kind: DeviceKind.Cpu, Usable: true }), Is.EqualTo(1));
            Assert.That(cpu.Kind, Is.EqualTo(DeviceKind.Cpu));
            Assert.That(cpu.Model, Is.Not.Empty);
            Assert.That(cpu.Cores, Is.EqualTo(Environment.ProcessorCount));
            Assert.That(cpu.MemoryBytes, Is.GreaterThan(64L << 20));
        });
    }

    [Test]
    public async Task Cards_of_the_NVIDIA_driver_are_listed_by_name_where_its_tool_is_missing()
    {
        foreach ((string bus, string text) in new[] { ("0000:41:00.0", "Model: \t\t Test Card B\nIRQ: 1\n"), ("0000:01:00.0", "Model: \t\t Test Card A\n") })
            Write($"proc/driver/nvidia/gpus/{bus}/information", text);
        DeviceInventory inventory = await Read();
        Assert.That(inventory.Devices.Select(device => device.Model), Is.EqualTo(new[] { "Test CPU 3000", "Test Card A", "Test Card B" }));
        Assert.That(inventory.Devices.Skip(1).Select(device => (device.Kind, device.Usable, device.MemoryBytes)), Is.All.EqualTo((DeviceKind.Gpu, false, 0L)));
        Assert.That(inventory.Notes, Has.One.Contains("nvidia-smi").And.One.Contains("clinfo"));

        Write("nvidia-smi.csv", "Test Card A, 100, 570.1, 9.0\nTest Card B, 200, 570.1, 9.0\n");
        Assert.That((await Read()).Devices.Select(static device => device.MemoryBytes >> 20).Skip(1), Is.EqualTo(new[] { 100L, 200L }));
    }

    [Test]
    public async Task A_card_that_two_tools_list_is_listed_once()
    {
        Write("nvidia-smi.csv", "Test Card, 100, 570.1, 9.0\n");
        const string nvidia = "NVIDIA Corporation";
        Write("clinfo.txt", OpenCl(nvidia, "CL_DEVICE_TYPE_GPU") + OpenCl("Other", "CL_DEVICE_TYPE_GPU") + OpenCl(nvidia, "CL_DEVICE_TYPE_CPU"));
        DeviceInventory inventory = await Read();
        Assert.That(inventory.Devices.Select(static d => (d.Kind, d.Vendor)), Is.EqualTo(new[]
        {
            (DeviceKind.Cpu, "TestMaker"), (DeviceKind.Gpu, nvidia), (DeviceKind.Gpu, "Other"), (DeviceKind.Cpu, nvidia),
        }));
        Assert.That(inventory.Notes, Is.Empty);
    }

    private int _next;

    private string OpenCl(string vendor, string type)
    {
        string id = $"[X/{_next++}]";
        return $"{id} CL_DEVICE_NAME card\n{id} CL_DEVICE_VENDOR {vendor}\n{id} CL_DEVICE_TYPE {type}\n";
    }

    private void Write(string name, string text)
    {
        string file = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private Task<DeviceInventory> Read() => DeviceInventory.ReadAsync(new RecordedHost(_folder), default);
}
