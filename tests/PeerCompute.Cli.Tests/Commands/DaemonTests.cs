// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary>Verbs that talk to daemons, between real processes.</summary>
public sealed class DaemonTests
{
    private Tool _tool = null!;

    [SetUp]
    public void MakeHome() => _tool = new Tool();

    [TearDown]
    public void RemoveHome() => _tool.Dispose();

    [Test]
    public async Task A_daemon_tells_who_it_is_and_ends_in_order_on_SIGTERM()
    {
        await using var daemon = await RunningDaemon.StartAsync(_tool, "a");
        var id = await _tool.RunAsync("id", "--home", daemon.Home, "--json");
        var devices = await _tool.RunAsync("devices", "--home", daemon.Home, "--json");
        var peers = await _tool.RunAsync("peers", "--home", daemon.Home, "--json");
        Assert.Multiple(() =>
        {
            Assert.That((bool)id.Json["running"]!, Is.True);
            Assert.That((string?)id.Json["peerId"], Is.EqualTo(daemon.PeerId));
            Assert.That(daemon.Address, Does.EndWith("/p2p/" + daemon.PeerId));
            Assert.That((string?)devices.Json[0]!["kind"], Is.EqualTo("cpu"));
            Assert.That(peers.Json.AsArray(), Is.Empty);
        });
        await Tool.SignalAsync(daemon.Process, "TERM");
        await daemon.Process.WaitForExitAsync();
        Assert.That(daemon.Process.ExitCode, Is.Zero);
        Assert.That(File.Exists(Path.Combine(daemon.Home, "api.sock")), Is.False);
    }

    [Test]
    public async Task A_second_daemon_in_one_home_is_refused_and_names_the_first()
    {
        await using var daemon = await RunningDaemon.StartAsync(_tool, "a");
        var second = await _tool.RunAsync("daemon", "--home", daemon.Home, "--json");
        Assert.That(second.ExitCode, Is.EqualTo((int)ErrorCode.Home));
        Assert.That(second.Error, Does.Contain($"{daemon.Process.Id}"));
        Assert.That((await _tool.RunAsync("id", "--home", daemon.Home)).ExitCode, Is.Zero);
    }

    [Test]
    public async Task A_killed_daemon_leaves_nothing_that_stops_the_next()
    {
        await using (var first = await RunningDaemon.StartAsync(_tool, "a")) Assert.That(File.Exists(Path.Combine(first.Home, "api.sock")), Is.True);
        var home = Path.Combine(_tool.Home, "a");
        using var second = _tool.Start("daemon", "--home", home, "--listen", "/ip4/127.0.0.1/tcp/0", "--leash", "--json");
        Assert.That(await second.StandardOutput.ReadLineAsync(), Is.EqualTo("{"));
        second.StandardInput.Close();
        Assert.That((await Tool.EndOfAsync(second)).ExitCode, Is.Zero);
    }

    [Test]
    public async Task A_port_in_use_is_named()
    {
        await using var daemon = await RunningDaemon.StartAsync(_tool, "a");
        var other = Path.Combine(_tool.Home, "b");
        await _tool.RunAsync("init", "--home", other);
        var taken = daemon.Address[..daemon.Address.IndexOf("/p2p/", StringComparison.Ordinal)];
        var answer = await _tool.RunAsync("daemon", "--home", other, "--listen", taken);
        Assert.That(answer.ExitCode, Is.Not.Zero.And.Not.EqualTo((int)ErrorCode.Internal), answer.Error);
        Assert.That(answer.Error, Does.Contain(taken.Split('/')[^1]));
    }

    [Test]
    public async Task Connect_proves_the_peer_and_peers_shows_it()
    {
        await using var a = await RunningDaemon.StartAsync(_tool, "a");
        await using var b = await RunningDaemon.StartAsync(_tool, "b");
        var stranger = (string)(await _tool.RunAsync("init", "--home", Path.Combine(_tool.Home, "c"), "--json")).Json["peerId"]!;
        var wrong = await _tool.RunAsync("connect", b.Address.Replace(b.PeerId, stranger, StringComparison.Ordinal), "--home", a.Home);
        var nobody = await _tool.RunAsync("connect", $"/ip4/127.0.0.1/tcp/1/p2p/{stranger}", "--home", a.Home);
        var nonsense = await _tool.RunAsync("connect", "nonsense", "--home", a.Home);
        Assert.Multiple(() =>
        {
            Assert.That(wrong.ExitCode, Is.EqualTo((int)ErrorCode.NotAuthentic), wrong.Error);
            Assert.That(nobody.ExitCode, Is.EqualTo((int)ErrorCode.Unavailable), nobody.Error);
            Assert.That(nonsense.ExitCode, Is.EqualTo((int)ErrorCode.BadInput), nonsense.Error);
        });

        var connected = await _tool.RunAsync("connect", b.Address, "--home", a.Home, "--json");
        Assert.That(connected.ExitCode, Is.Zero, connected.Error);
        Assert.That((string?)connected.Json["peerId"], Is.EqualTo(b.PeerId));
        var peers = await _tool.RunAsync("peers", "--home", a.Home, "--json");
        Assert.That(peers.Json.AsArray().Select(p => (string?)p!["peerId"]), Is.EqualTo(new[] { b.PeerId }));
    }
}
