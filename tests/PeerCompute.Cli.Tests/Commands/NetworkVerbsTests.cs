// SPDX-License-Identifier: Apache-2.0
using System.Net;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Cli.Tests.Durability;
using PeerCompute.Cli.Tests.Output.Qr;
using PeerCompute.Node.Homes;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Invites;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary>Networks of one's own, invite lines, and what a node says that finds nobody.</summary>
[CancelAfter(120_000)]
public sealed class NetworkVerbsTests
{
    private static readonly NetworkId Other = NetworkId.TryParse("mzxw6ytbojtg633c")!;

    private Tool _tool = null!;

    [SetUp]
    public void MakeHome() => _tool = new Tool();

    [TearDown]
    public void RemoveHome() => _tool.Dispose();

    [Test]
    public async Task An_own_network_takes_two_lines_and_no_address(CancellationToken cancel)
    {
        var made = await _tool.RunAsync("init", "--home", Home("a"), "--network", "new", "--json");
        var network = (string)made.Json["network"]!;
        Assert.That(network, Does.Match("^[a-z2-7]{16}$"));
        await using var a = await RunningDaemon.StartAsync(_tool, "a");
        var invited = await _tool.RunAsync("invite", "--home", a.Home);
        Assert.That(invited.ExitCode, Is.Zero, invited.Error);
        Assert.That(invited.Error, Does.Contain("warning: ").And.Contain("--listen /ip4/0.0.0.0/tcp/4001"), "it listens on the loopback alone");

        // Without a daemon: a new home, and one that was in no network of its own.
        var joined = await _tool.RunAsync("join", "--home", Home("b"), invited.Output.Trim(), "--json");
        Assert.That(joined.ExitCode, Is.Zero, joined.Error);
        Assert.That((string)joined.Json["network"]!, Is.EqualTo(network));
        await using var b = await RunningDaemon.StartAsync(_tool, "b");
        await SeesAsync(b, a.PeerId, cancel);

        // With a daemon: it dials at once and starts again in the network.
        await using var c = await RunningDaemon.StartAsync(_tool, "c");
        var online = await _tool.RunAsync("join", "--home", c.Home, invited.Output.Trim(), "--json");
        Assert.That(online.ExitCode, Is.Zero, online.Error);
        Assert.That(online.Json["addresses"]!.AsArray().Select(static d => (string)d!["error"]!), Is.All.Empty);
        Assert.That((string)(await _tool.RunAsync("id", "--home", c.Home, "--json")).Json["network"]!, Is.EqualTo(network));
        await SeesAsync(c, a.PeerId, cancel);
        Assert.That((await _tool.RunAsync("join", "--home", c.Home, invited.Output.Trim())).ExitCode, Is.Zero, "joining again changes nothing");
    }

    [Test]
    public async Task The_picture_says_what_the_line_says()
    {
        await using var a = await RunningDaemon.StartAsync(_tool, "a");
        var answer = await _tool.RunAsync("invite", "--home", a.Home, "--qr");
        var lines = answer.Output.TrimEnd().Split('\n');
        var read = await QrReader.ReadAsync([lines[1..]]);
        Assert.That((string?)read[0]?["text"], Is.EqualTo(lines[0].ToUpperInvariant()));
        Assert.That(Invite.FromLine((string)read[0]!["text"]!).Inviter.ToString(), Is.EqualTo(a.PeerId));
    }

    [Test]
    public async Task A_line_that_cannot_be_followed_is_refused_with_its_remedy_and_changes_nothing()
    {
        await _tool.RunAsync("init");
        var config = Path.Combine(_tool.DefaultNode, "config.json");
        var before = await File.ReadAllTextAsync(config);
        var good = Line(Other, DateTimeOffset.UtcNow.AddHours(1), 4001);
        await RefusedAsync(ErrorCode.Refused, "expired at", Line(Other, DateTimeOffset.UtcNow.AddHours(-1), 4001));
        await RefusedAsync(ErrorCode.BadInput, "cut short", good[..^7]);
        await RefusedAsync(ErrorCode.BadInput, "between the characters", good[..40] + (good[40] == 'a' ? 'b' : 'a') + good[41..]);
        await RefusedAsync(ErrorCode.BadInput, "version 2", "pc2:abc");
        await RefusedAsync(ErrorCode.BadInput, "begins with 'pc1:'", "/ip4/192.0.2.1/tcp/4001");
        Assert.That(await File.ReadAllTextAsync(config), Is.EqualTo(before));

        Assert.That((await _tool.RunAsync("join", good)).ExitCode, Is.Zero);
        await RefusedAsync(ErrorCode.Refused, "belongs to network mzxw6ytbojtg633c", Line(NetworkId.Open, DateTimeOffset.UtcNow.AddHours(1), 4001));
        Assert.That(NodeHome.ConfigIn(_tool.DefaultNode).Network, Is.EqualTo(Other));
        Assert.That((await _tool.RunAsync("join", "--force", Line(NetworkId.Open, DateTimeOffset.UtcNow.AddHours(1), 4001))).ExitCode, Is.Zero);
        Assert.That(NodeHome.ConfigIn(_tool.DefaultNode).Network, Is.EqualTo(NetworkId.Open));

        async Task RefusedAsync(ErrorCode code, string words, string line)
        {
            var answer = await _tool.RunAsync("join", line);
            Assert.That(answer.ExitCode, Is.EqualTo((int)code), answer.Error);
            Assert.That(answer.Error, Does.Contain(words));
        }
    }

    [Test]
    public async Task An_invite_where_nobody_answers_names_the_address_and_the_error_and_changes_nothing()
    {
        await using var a = await RunningDaemon.StartAsync(_tool, "a");
        var port = DaemonProcess.FreePort();
        var line = Line(Other, DateTimeOffset.UtcNow.AddHours(1), port);
        var answer = await _tool.RunAsync("join", "--home", a.Home, line);
        Assert.That(answer.ExitCode, Is.EqualTo((int)ErrorCode.Unavailable));
        Assert.That(answer.Error, Does.Contain($"/ip4/127.0.0.1/tcp/{port}/p2p/").And.Contain("Connection refused").And.Contain("nothing was changed"));
        Assert.That(NodeHome.ConfigIn(a.Home).Network, Is.EqualTo(NetworkId.Open));
        var own = (await _tool.RunAsync("invite", "--home", a.Home)).Output.Trim();
        Assert.That((await _tool.RunAsync("join", "--home", a.Home, own)).ExitCode, Is.EqualTo((int)ErrorCode.Usage));
    }

    [Test]
    public async Task A_daemon_that_finds_nobody_says_which_address_which_error_and_what_to_do(CancellationToken cancel)
    {
        var port = DaemonProcess.FreePort();
        await _tool.RunAsync("join", "--home", Home("a"), Line(Other, DateTimeOffset.UtcNow.AddHours(1), port));
        using var process = _tool.Start("daemon", "--home", Home("a"), "--listen", "/ip4/127.0.0.1/tcp/0", "--leash");
        var said = "";
        while (!said.Contains("own network", StringComparison.Ordinal) && await process.StandardError.ReadLineAsync(cancel) is { } text) said += text + "\n";
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancel);
        Assert.That(said, Does.Contain("Nobody in network mzxw6ytbojtg633c answers").And.Contain($"/tcp/{port}/p2p/").And.Contain("Connection refused"));
        Assert.That(said, Does.Contain("peercompute join LINE").And.Contain("peercompute init --network new"));
    }

    [Test]
    public async Task Init_enters_an_own_network_and_leaves_none_silently()
    {
        await _tool.RunAsync("init");
        var moved = await _tool.RunAsync("init", "--network", Other.ToString(), "--json");
        Assert.That((string)moved.Json["network"]!, Is.EqualTo(Other.ToString()));
        Assert.That((await _tool.RunAsync("init", "--network", "new")).ExitCode, Is.EqualTo((int)ErrorCode.Refused));
        Assert.That((await _tool.RunAsync("init", "--network", "Elsewhere")).ExitCode, Is.EqualTo((int)ErrorCode.Usage));
    }

    [Test]
    public async Task A_light_node_invites_nobody_and_says_why()
    {
        await using var light = await RunningDaemon.StartAsync(_tool, "c", "--light");
        var answer = await _tool.RunAsync("invite", "--home", light.Home);
        Assert.That(answer.ExitCode, Is.EqualTo((int)ErrorCode.Host));
        Assert.That(answer.Error, Does.Contain("listens on nothing"));
        foreach (var time in (string[])["1s", "367d", "x", ""])
            Assert.That((await _tool.RunAsync("invite", "--home", light.Home, "--expires", time)).ExitCode, Is.EqualTo((int)ErrorCode.Usage), time);
    }

    private static string Line(NetworkId network, DateTimeOffset expires, int port)
    {
        var key = KeyPair.FromSeed([.. Enumerable.Repeat((byte)7, 32)]);
        var address = Multiaddr.FromTcp(IPAddress.Loopback, port);
        return new Invite(network, key.PeerId, [address], (ulong)expires.ToUnixTimeMilliseconds()).ToLine(key);
    }

    private async Task SeesAsync(RunningDaemon daemon, string peer, CancellationToken cancel)
    {
        while (!(await _tool.RunAsync("peers", "--home", daemon.Home, "--json")).Output.Contains(peer, StringComparison.Ordinal)) await Task.Delay(50, cancel);
    }

    private string Home(string name) => Path.Combine(_tool.Home, name);
}
