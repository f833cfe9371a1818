// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Devices;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Execution.Tests.Devices;

[TestFixture]
internal sealed class DeviceIdsTest
{
    private static readonly Device[] Devices =
    [
        new(DeviceKind.Cpu, "cpu"), Card("0000:01:00.0", "GPU-1"), Card("0000:02:00.0", "GPU-2"), Card("0000:03:00.0", ""), Card("", ""), Card("", ""),
    ];

    private string _home = "";

    [SetUp]
    public void Make() => _home = Directory.CreateTempSubdirectory("ids").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_home, recursive: true);

    [Test]
    public void Ids_are_equal_over_restarts_differ_between_devices_and_nodes_and_tell_nothing()
    {
        IReadOnlyList<string> ids = DeviceIds.Open(_home).Of(Devices);
        Assert.That(ids, Is.Unique.And.All.Matches("^[0-9a-f]{16}$"));
        Assert.That(DeviceIds.Open(_home).Of(Devices), Is.EqualTo(ids));
        Assert.That(DeviceIds.Open(_home).Of([Devices[0], Devices[2], Devices[1]]), Is.EqualTo(new[] { ids[0], ids[2], ids[1] }), "wherever it is listed");
        string other = Directory.CreateDirectory(Path.Combine(_home, "other")).FullName;
        Assert.That(DeviceIds.Open(other).Of(Devices).Intersect(ids), Is.Empty);
    }

    [Test]
    public void The_salt_is_the_owners_alone_and_a_broken_one_is_named()
    {
        DeviceIds.Open(_home);
        string file = Path.Combine(_home, DeviceIds.FileName);
        if (!OperatingSystem.IsWindows()) Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        File.WriteAllText(file, "short");
        Assert.That(() => DeviceIds.Open(_home), Throws.InstanceOf<PeerComputeException>().With.Message.Contains(file));
    }

    private static Device Card(string pci, string uuid)
        => new(DeviceKind.Gpu, "card") { Card = new CardAddress("nvidia") { Pci = pci, Uuid = uuid } };
}
