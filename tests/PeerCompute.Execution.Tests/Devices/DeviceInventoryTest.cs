// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Devices;

namespace PeerCompute.Execution.Tests.Devices;

[TestFixture]
internal sealed class DeviceInventoryTest
{
    [Test]
    public void This_host_has_one_CPU_that_is_no_GPU()
    {
        DeviceInventory inventory = DeviceInventory.Read();
        Device cpu = inventory.Devices[0];
        Assert.Multiple(() =>
        {
            Assert.That(inventory.Devices.Count(device => device.Kind == DeviceKind.Cpu), Is.EqualTo(1));
            Assert.That(cpu.Kind, Is.EqualTo(DeviceKind.Cpu));
            Assert.That(cpu.Model, Is.Not.Empty);
            Assert.That(cpu.Cores, Is.EqualTo(Environment.ProcessorCount));
            Assert.That(cpu.MemoryBytes, Is.GreaterThan(64L << 20));
            Assert.That(cpu.Usable);
            Assert.That(inventory.Notes, Has.One.Contains("not probed"));
        });
    }

    [Test]
    public void Cards_of_the_NVIDIA_driver_are_listed_by_name_and_not_as_usable()
    {
        string proc = Directory.CreateTempSubdirectory("proc").FullName;
        File.WriteAllText(Path.Combine(proc, "cpuinfo"), "processor\t: 0\nmodel name\t: Test CPU 3000\nmodel name\t: other\n");
        foreach ((string bus, string text) in new[] { ("0000:41:00.0", "Model: \t\t Test Card B\nIRQ: 1\n"), ("0000:01:00.0", "Model: \t\t Test Card A\n") })
        {
            string folder = Path.Combine(proc, "driver/nvidia/gpus", bus);
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "information"), text);
        }

        DeviceInventory inventory = DeviceInventory.Read(proc);
        Directory.Delete(proc, recursive: true);
        Assert.Multiple(() =>
        {
            Assert.That(inventory.Devices.Select(device => device.Model), Is.EqualTo(new[] { "Test CPU 3000", "Test Card A", "Test Card B" }));
            Assert.That(inventory.Devices.Skip(1).Select(device => (device.Kind, device.Usable)), Is.All.EqualTo((DeviceKind.Gpu, false)));
        });
    }
}
