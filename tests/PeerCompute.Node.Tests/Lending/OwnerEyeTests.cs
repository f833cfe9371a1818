// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Devices;
using PeerCompute.Node.Lending;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Node.Tests.Lending;

internal sealed class OwnerEyeTests
{
    private static readonly DateTimeOffset Now = new(2027, 1, 15, 8, 0, 0, TimeSpan.Zero);
    private static readonly Device Processor = new(DeviceKind.Cpu, "pocl");

    private readonly WallClock _clock = new(Now, TimeZoneInfo.Utc);
    private TempFolder _folder = null!;
    private OwnerTree _host = null!;
    private OwnerEye _eye = null!;

    [SetUp]
    public void Make()
    {
        _folder = new TempFolder();
        _host = new OwnerTree(_folder["host"]);
        _eye = new OwnerEye(_host.Sensors, 4, _clock);
    }

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public void Without_rules_nothing_counts_and_in_homes_of_persons_the_battery()
    {
        _host.Celsius(99);
        _host.Watts(999);
        _host.Typed(Now);
        _host.Process(7, "blender");
        Assert.That(_eye.Machine(OwnerRules.OfNewHomes), Is.Empty);
        _host.Battery(discharges: true);
        Assert.That(_eye.Machine(OwnerRules.OfNewHomes), Does.Contain("battery"));
        Assert.That(_eye.Machine(new OwnerRules()), Is.Empty);
        _host.Battery(discharges: false);
        Assert.That(_eye.Machine(OwnerRules.OfNewHomes), Is.Empty);
    }

    [Test]
    public void Heat_and_power_count_above_their_limits()
    {
        var rules = new OwnerRules { Celsius = 80, Watts = 200 };
        Assert.That(_eye.Machine(rules), Is.Empty, "a host without sensors");
        _host.Celsius(80);
        _host.Watts(200);
        Assert.That(_eye.Machine(rules), Is.Empty);
        _host.Celsius(81);
        Assert.That(_eye.Machine(rules), Does.Contain("81 °C").And.Contain("80"));
        _host.Celsius(20);
        _host.Watts(201);
        Assert.That(_eye.Machine(rules), Does.Contain("201 W"));
    }

    [Test]
    public void Who_types_is_here_for_the_minutes_of_the_rule()
    {
        var rules = new OwnerRules { IdleMinutes = 10 };
        _host.Typed(Now - TimeSpan.FromMinutes(9));
        Assert.That(_eye.Machine(rules), Does.Contain("typed"));
        _clock.Pass(TimeSpan.FromMinutes(1));
        Assert.That(_eye.Machine(rules), Is.Empty);
    }

    [Test]
    public void A_listed_program_counts_unless_a_node_runs_it()
    {
        var rules = new OwnerRules { Programs = ["blender"] };
        _host.Process(7, "blenderplayer");
        _host.Process(20, "peercompute", arguments: ["daemon", "--home", "x"]);
        _host.Process(21, "bwrap", parent: 20);
        _host.Process(22, "blender", parent: 21);
        _host.Process(30, "dotnet", arguments: ["exec", "peercompute.dll", "supervisor", "x"]);
        _host.Process(31, "blender", parent: 30);
        _host.Process(40, "peercompute", arguments: ["gpu", "run"]);
        Assert.That(_eye.Machine(rules), Is.Empty);
        _host.Process(41, "blender", parent: 40);
        Assert.That(_eye.Machine(rules), Does.Contain("blender").And.Contain("41"), "a command of the owner is no node");
        Assert.That(_eye.Machine(new OwnerRules { Programs = ["blenderplayer-of-mine"] }), Is.Empty);
        _host.Process(42, "blenderplayer-o");
        Assert.That(_eye.Machine(new OwnerRules { Programs = ["blenderplayer-of-mine"] }), Does.Contain("42"), "the kernel keeps 15 bytes");
    }

    [Test]
    public void A_node_is_known_by_how_it_was_started_and_the_own_supervisor_by_its_id()
    {
        var rules = new OwnerRules { Programs = ["blender"] };
        var eye = new OwnerEye(_host.Sensors, 4, _clock, static () => 50);
        _host.Process(20, "dotnet", arguments: ["/opt/peercompute/peercompute.dll", "daemon"]);
        _host.Process(21, "blender", parent: 20);
        _host.Process(50, "renamed", arguments: ["supervisor", "x"]);
        _host.Process(51, "blender", parent: 50);
        Assert.That(eye.Machine(rules), Is.Empty);
        Assert.That(_eye.Machine(rules), Does.Contain("51"), "another node's");
        foreach (var (name, arguments) in ((string, string[])[])
            [("dotnet", ["game.dll", "daemon"]), ("dotnet", ["exec", "game.dll", "supervisor"]), ("peercompute", ["run", "daemon"])])
        {
            _host.Process(60, name, arguments: arguments);
            _host.Process(61, "blender", parent: 60);
            Assert.That(eye.Machine(rules), Does.Contain("61"), string.Join(' ', arguments));
            _host.Ends(60);
            _host.Ends(61);
        }
    }

    [Test]
    public void Load_of_other_programs_counts_over_the_time_between_two_looks()
    {
        var rules = new OwnerRules { LoadPercent = 50 };
        _host.Process(7, "make", ticks: 100_000);
        _host.Process(20, "peercompute", ticks: 0, arguments: ["daemon"]);
        Assert.That(_eye.Machine(rules), Is.Empty, "the first look has nothing to compare with");
        _clock.Pass(TimeSpan.FromSeconds(1));
        _host.Process(7, "make", ticks: 100_199);
        _host.Process(20, "peercompute", ticks: 400, arguments: ["daemon"]);
        Assert.That(_eye.Machine(rules), Is.Empty, "1.99 of 4 cores");
        _clock.Pass(TimeSpan.FromSeconds(1));
        _host.Process(7, "make", ticks: 100_199 + 201);
        Assert.That(_eye.Machine(rules), Does.Contain("50 % of its cores"));
        _clock.Pass(TimeSpan.FromSeconds(1));
        _host.Ends(7);
        Assert.That(_eye.Machine(rules), Is.Empty);
    }

    [Test]
    public void Who_has_a_devices_driver_loaded_uses_it()
    {
        const string Driver = "/usr/lib/x86_64-linux-gnu/libpocl.so.2.12.0";
        var rules = new OwnerRules();
        _host.Process(7, "editor");
        _host.Process(8, "clinfo", loaded: Driver);
        _host.Process(20, "peercompute", arguments: ["daemon"]);
        _host.Process(21, "gpu-child", parent: 20, loaded: Driver);
        Assert.That(_eye.Device(Processor, rules), Is.Empty);
        _host.Process(9, "darktable", loaded: Driver);
        Assert.That(_eye.Device(Processor, rules), Does.Contain("darktable").And.Contain("pocl"));
        Assert.That(_eye.Device(Processor, rules with { SharesDevice = true }), Is.Empty);
        _host.Ends(9);
        Assert.That(_eye.Device(Processor, rules), Is.Empty);
        _host.Process(7, "editor", ticks: 1, loaded: Driver);
        Assert.That(_eye.Device(Processor, rules), Does.Contain("editor"), "it ran, and loaded it");
        _host.Process(10, "late", loaded: Driver);
        _host.Process(7, "editor", ticks: 1);
        for (var look = 0; look < 20; look++) Assert.That(_eye.Device(Processor, rules), Does.Contain("late"), "as long as it has it");
    }

    [TestCase("nvidia", "/usr/lib/x86_64-linux-gnu/libcuda.so.535.183.01", true)]
    [TestCase("nvidia", "/usr/lib/x86_64-linux-gnu/libnvidia-glcore.so.535.183.01", false)]
    [TestCase("amd", "/opt/rocm/lib/libhsa-runtime64.so.1", true)]
    [TestCase("amd", "/usr/lib/libcuda.so.1", false)]
    [TestCase("intel", "/usr/lib/libze_intel_gpu.so.1", true)]
    public void A_card_is_its_owners_while_a_program_computes_on_it(string maker, string loaded, bool used)
    {
        _host.Process(7, "program", loaded: loaded);
        var card = new Device(DeviceKind.Gpu, "card") { Card = new CardAddress(maker) };
        Assert.That(_eye.Device(card, new OwnerRules()).Length > 0, Is.EqualTo(used));
    }

    [Test]
    public void Who_loads_a_driver_in_less_than_a_tick_is_seen_a_little_later()
    {
        _host.Process(7, "quick");
        for (var look = 0; look < 3; look++) Assert.That(_eye.Device(Processor, new OwnerRules()), Is.Empty);
        _host.Process(7, "quick", loaded: "/usr/lib/libpocl.so.2");
        Assert.That(() => _eye.Device(Processor, new OwnerRules()), Is.Not.Empty.After(60_000, 1));
    }
}
