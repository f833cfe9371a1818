// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using PeerCompute.Execution.Sensors;

namespace PeerCompute.Execution.Tests.Sensors;

/// <summary>Sensors on recorded trees, and on this host.</summary>
[TestFixture]
internal sealed class HostSensorsTest
{
    private string _root = "";

    [SetUp]
    public void MakeRoot() => _root = Directory.CreateTempSubdirectory("sensors").FullName;

    [TearDown]
    public void RemoveRoot() => Directory.Delete(_root, recursive: true);

    private HostSensors Sensors => new(_root);

    [Test]
    public void A_host_that_tells_nothing_is_cool_plugged_in_and_idle()
    {
        Assert.That((Sensors.Celsius(), Sensors.Watts(), Sensors.LastInput()), Is.EqualTo(((double?)null, (double?)null, (DateTimeOffset?)null)));
        Assert.That(Sensors.OnBattery(), Is.False);
        Assert.That(Sensors.Processes(), Is.Empty);
        Assert.That(Sensors.Arguments(1), Is.Empty);
        Assert.That(Sensors.HasLoaded(1, ["libpocl"]), Is.False);
    }

    [Test]
    public void The_hottest_place_counts_and_the_largest_consumer()
    {
        Write("sys/class/hwmon/hwmon0/temp1_input", "41000");
        Write("sys/class/hwmon/hwmon1/temp1_input", "-5000");
        Write("sys/class/hwmon/hwmon1/temp2_input", "68500");
        Write("sys/class/hwmon/hwmon1/temp2_crit", "105000");
        Write("sys/class/thermal/thermal_zone0/temp", "27800");
        Write("sys/class/thermal/thermal_zone1/temp", "not now");
        Write("sys/class/hwmon/hwmon2/power1_average", "35250000");
        Write("sys/class/hwmon/hwmon3/power1_input", "4000000");
        Assert.That((Sensors.Celsius(), Sensors.Watts()), Is.EqualTo(((double?)68.5, (double?)35.25)));
    }

    [TestCase("Battery", "Discharging", null, true)]
    [TestCase("Battery", "Charging", null, false)]
    [TestCase("Battery", "Full", null, false)]
    [TestCase("Battery", "Discharging", "Device", false)]
    [TestCase("Mains", "Discharging", null, false)]
    public void A_battery_that_discharges_and_is_no_mouses_counts(string type, string status, string? scope, bool counts)
    {
        Write("sys/class/power_supply/AC/type", "Mains");
        Write("sys/class/power_supply/BAT0/type", type);
        Write("sys/class/power_supply/BAT0/status", status);
        if (scope is not null) Write("sys/class/power_supply/BAT0/scope", scope);
        Assert.That(Sensors.OnBattery(), Is.EqualTo(counts));
    }

    [Test]
    public void The_last_key_at_any_terminal_counts()
    {
        var then = new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
        foreach (string file in new[] { "dev/tty1", "dev/tty", "dev/ttyS", "dev/pts/3", "dev/pts/ptmx" }) Write(file, "");
        foreach (string file in new[] { "dev/tty", "dev/ttyS", "dev/pts/ptmx" }) File.SetLastAccessTimeUtc(Path.Combine(_root, file), then.AddHours(5));
        File.SetLastAccessTimeUtc(Path.Combine(_root, "dev/tty1"), then);
        File.SetLastAccessTimeUtc(Path.Combine(_root, "dev/pts/3"), then.AddMinutes(7));
        Assert.That(Sensors.LastInput(), Is.EqualTo(new DateTimeOffset(then.AddMinutes(7))));
    }

    [TestCase("42 (blender) S 7 42 42 0 -1 4194560 1 2 3 4 150 25 0 0 20 0", 42, 7, "blender", 175ul)]
    [TestCase("42 (a) b (c) R 7 42 42 0 -1 4194560 1 2 3 4 1 1 0 0 20 0", 42, 7, "a) b (c", 2ul)]
    public void A_process_may_have_any_name(string stat, int id, int parent, string name, ulong ticks)
        => Assert.That(HostProcess.Read(stat), Is.EqualTo(new HostProcess(id, parent, name, ticks)));

    [TestCase("")]
    [TestCase("42")]
    [TestCase("42 (a")]
    [TestCase("42 (a) R 7")]
    [TestCase("x (a) R 7 42 42 0 -1 4194560 1 2 3 4 1 1 0 0 20 0")]
    [TestCase("42 (a) R 7 42 42 0 -1 4194560 1 2 3 4 1 -1 0 0 20 0")]
    public void A_line_of_another_form_is_no_process(string stat) => Assert.That(HostProcess.Read(stat), Is.Null);

    [Test]
    public void What_is_below_a_node_works_for_it()
    {
        HostProcess[] all =
        [
            new(1, 0, "init", 0), new(2, 1, "node", 0), new(3, 2, "child", 0), new(4, 3, "grandchild", 0), new(5, 1, "own", 0), new(6, 6, "odd", 0),
        ];
        var tree = new ProcessTree([.. all, all[4]], static process => process.Name == "node");
        Assert.That(tree.Others().Select(static process => process.Id).Order(), Is.EqualTo(new[] { 1, 5, 6 }));
    }

    [Test]
    [Platform("Linux")]
    public void On_this_host_this_process_is_seen_with_what_it_has_loaded()
    {
        HostProcess self = HostSensors.ThisHost.Processes().Single(static process => process.Id == Environment.ProcessId);
        using Process me = Process.GetCurrentProcess();
        Assert.That(me.ProcessName, Does.StartWith(self.Name));
        Assert.That(HostSensors.ThisHost.HasLoaded(self.Id, ["libcoreclr"]));
        Assert.That(HostSensors.ThisHost.HasLoaded(self.Id, ["libpocl-of-nobody"]), Is.False);
        Assert.That(HostSensors.ThisHost.Arguments(self.Id), Is.Not.Empty);
    }

    private void Write(string file, string text)
    {
        string path = Path.Combine(_root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text + "\n");
    }
}
