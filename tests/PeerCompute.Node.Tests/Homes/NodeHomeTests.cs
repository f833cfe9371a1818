// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using PeerCompute.Base.Errors;
using PeerCompute.Node.Homes;
using PeerCompute.Node.Lending;

namespace PeerCompute.Node.Tests.Homes;

[TestFixture]
internal sealed class NodeHomeTests
{
    private TempFolder _folder = null!;

    private string Home => _folder["home"];

    [SetUp]
    public void Make() => _folder = new TempFolder();

    [TearDown]
    public void Remove() => _folder.Dispose();

    [Test]
    public void A_home_keeps_its_identity_and_shuts_others_out()
    {
        var id = NodeHome.Create(Home, new HomeConfig());
        using var home = NodeHome.Open(Home);
        Assert.That(home.Key.PeerId, Is.EqualTo(id).And.EqualTo(NodeHome.IdentityOf(Home)));
        Assert.That(Directory.Exists(home.Blobs) && Directory.Exists(home.Work) && Directory.Exists(home.Receipts));
        if (OperatingSystem.IsWindows()) return;
        Assert.That(File.GetUnixFileMode(Home), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        Assert.That(File.GetUnixFileMode(Path.Combine(Home, "key")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public void A_second_node_in_the_same_home_is_refused_and_told_the_first_ones_process()
    {
        NodeHome.Create(Home, new HomeConfig());
        using (NodeHome.Open(Home))
        {
            Refused(() => NodeHome.Open(Home), "process id " + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }

        NodeHome.Open(Home).Dispose();
    }

    [Test]
    public void A_home_is_not_made_over_another()
    {
        NodeHome.Create(Home, new HomeConfig());
        Refused(() => NodeHome.Create(Home, new HomeConfig()), "already");
    }

    [Test]
    public void A_folder_without_key_is_no_home() => Refused(() => NodeHome.Open(Home), "peercompute init");

    [Test]
    [Platform("Linux")]
    public void What_a_captured_child_left_is_swept_however_hard_it_is_to_name_or_to_open()
    {
        NodeHome.Create(Home, new HomeConfig());
        using var home = NodeHome.Open(Home);
        const string leave = "mkdir -p left/a/b && cd left && : >\"$(printf '\\377')\" && : >a/b/c && chmod 000 a/b && ln -s / root && "
            + "d=$(printf 'd%.0s' $(seq 200)); mkdir t; for i in $(seq 30); do mkdir n && mv t n/$d && mv n t || exit 1; done";
        using (var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", leave]) { WorkingDirectory = home.Work })!)
        {
            shell.WaitForExit();
            Assert.That(shell.ExitCode, Is.Zero);
        }

        Assert.That(home.SweepWork([]), Is.Empty);
        Assert.That(Directory.EnumerateFileSystemEntries(home.Work), Is.Empty);
    }

    [Test]
    public void A_damaged_key_is_named()
    {
        NodeHome.Create(Home, new HomeConfig());
        File.WriteAllText(Path.Combine(Home, "key"), "nonsense");
        Refused(() => NodeHome.Open(Home), "key is no key");
    }

    [Test]
    public void What_runs_left_behind_is_removed_but_not_of_those_that_run()
    {
        NodeHome.Create(Home, new HomeConfig());
        foreach (var run in new[] { "ended", "running" })
        {
            Directory.CreateDirectory(Path.Combine(Home, "work", run));
            File.WriteAllText(Path.Combine(Home, "work", run, "plain"), "secret");
        }

        using var home = NodeHome.Open(Home);
        home.SweepWork([Path.Combine(home.Work, "running")]);
        Assert.That(Directory.GetFileSystemEntries(home.Work), Is.EqualTo(new[] { Path.Combine(home.Work, "running") }));
    }

    [Test]
    public void A_read_only_home_is_refused_with_the_remedy()
    {
        NodeHome.Create(Home, new HomeConfig());
        using var disk = ReadOnlyView.Over(Home);
        Refused(() => NodeHome.Open(Home), "writable");
    }

    [TestCase("""{"version": 2}""", "newer peercompute")]
    [TestCase("""{"version": 1, "slotz": 2}""", "slotz is not known")]
    [TestCase("""{"version": 1, "slots": 0}""", "slots must be a whole number from 1 to 1024")]
    [TestCase("""{"version": 1, "slots": 1.5}""", "slots must be")]
    [TestCase("""{"version": 1, "takes_work": 1}""", "takes_work must be true or false")]
    [TestCase("""{"version": 1, "listen": "x"}""", "listen must be a list")]
    [TestCase("""{"version": 1, "owner": 2}""", "owner must be an object")]
    [TestCase("""{"version": 1, "owner": {"celsius": 900}}""", "celsius must be a whole number from 0 to 150")]
    [TestCase("""{"version": 1, "owner": {"programs": [1]}}""", "programs must hold texts only")]
    [TestCase("""{"version": 1, "owner": {"game": 1}}""", "owner.game is not known: remove it")]
    [TestCase("""{"slots": 1}""", "version is missing")]
    [TestCase("""{"version": "1"}""", "version is no number")]
    [TestCase("[]", "no JSON object")]
    [TestCase("{\n\"version\": 1\n\"slots\": 2}", "line 3")]
    public void A_wrong_configuration_is_refused_by_name(string json, string told)
    {
        NodeHome.Create(Home, new HomeConfig());
        File.WriteAllText(Path.Combine(Home, "config.json"), json);
        Refused(() => NodeHome.Open(Home), told);
        File.Delete(Path.Combine(Home, "config.json"));
        NodeHome.Open(Home).Dispose();
    }

    [Test]
    public void A_configuration_comes_back_as_it_was_written()
    {
        var config = new HomeConfig { Listen = ["/ip4/127.0.0.1/tcp/0"], TakesWork = false, Slots = 3, ConfirmSlots = 4, MemoryBytes = 1 << 20,
            PerTaskMicro = 7, BlobBytes = 1 << 30, Drained = ["a card"],
            Owner = new OwnerRules
            {
                Programs = ["blender"], IdleMinutes = 1, LoadPercent = 2, Celsius = 3, Watts = 4, OnBattery = false, SharesDevice = true,
            } };
        NodeHome.Create(Home, config);
        using var home = NodeHome.Open(Home);
        Assert.That(home.Config.ToJson(), Is.EqualTo(config.ToJson()));
        Assert.That(home.Config.Owner with { Programs = [] }, Is.EqualTo(config.Owner with { Programs = [] }));
        Assert.That(home.Config.Owner.Programs, Is.EqualTo(config.Owner.Programs));
    }

    private static void Refused(Action work, string told)
    {
        var refused = Assert.Throws<PeerComputeException>(work)!;
        Assert.That(refused.Code, Is.EqualTo(ErrorCode.Home));
        Assert.That(refused.Message, Does.Contain(told));
    }
}
