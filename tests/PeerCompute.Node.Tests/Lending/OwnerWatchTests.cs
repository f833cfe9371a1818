// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using PeerCompute.Core.Events;
using PeerCompute.Execution.Devices;
using PeerCompute.Node.Homes;
using PeerCompute.Node.Lending;
using PeerCompute.Wire.Adverts;

namespace PeerCompute.Node.Tests.Lending;

[CancelAfter(60_000)]
internal sealed class OwnerWatchTests
{
    private readonly Channel<string> _told = Channel.CreateUnbounded<string>();
    private readonly WallClock _clock = new(new DateTimeOffset(2027, 1, 15, 8, 0, 0, TimeSpan.Zero), TimeZoneInfo.Utc);
    private TempFolder _folder = null!;
    private NodeHome _home = null!;
    private OwnerTree _host = null!;

    [SetUp]
    public void Make()
    {
        _folder = new TempFolder();
        NodeHome.Create(_folder["home"], new HomeConfig { Owner = new OwnerRules { Programs = ["game"] } });
        _home = NodeHome.Open(_folder["home"]);
        _host = new OwnerTree(_folder["host"]);
    }

    [TearDown]
    public void Remove()
    {
        _home.Dispose();
        _folder.Dispose();
    }

    [Test]
    public async Task The_owner_gets_the_machine_at_once_and_others_only_a_minute_after(CancellationToken cancel)
    {
        await using var lender = Lender();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var watch = Watch(lender);
        var watching = watch.RunAsync(stop.Token);
        await LookAsync(cancel);
        Assert.That(_told.Reader.TryRead(out _), Is.False);

        _host.Process(7, "game");
        await LookAsync(cancel);
        Assert.That(await _told.Reader.ReadAsync(cancel), Is.EqualTo("away: its owner uses the machine"), "who plays what is nobody's business");
        Assert.That(await _told.Reader.ReadAsync(cancel), Is.EqualTo("stop "));
        Assert.That(lender.Owner, Does.Contain("game"));

        _host.Ends(7);
        for (var at = TimeSpan.Zero; at < OwnerWatch.Calm - TimeSpan.FromSeconds(2); at += TimeSpan.FromSeconds(2)) await LookAsync(cancel);
        Assert.That(_told.Reader.TryRead(out _), Is.False, "programs come and go");
        await LookAsync(cancel);
        await LookAsync(cancel);
        Assert.That(await _told.Reader.ReadAsync(cancel), Is.EqualTo("away: "));
        Assert.That(lender.Owner, Is.Empty);
        await stop.CancelAsync();
        await watching;
    }

    [Test]
    public async Task A_device_is_given_back_alone(CancellationToken cancel)
    {
        await using var lender = Lender();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var watch = Watch(lender);
        Assert.That(watch.LeavesDevice, Is.False, "nobody has looked yet");
        var watching = watch.RunAsync(stop.Token);
        await LookAsync(cancel);
        Assert.That(watch.LeavesDevice);
        _host.Process(9, "darktable", loaded: "/usr/lib/libpocl.so.2");
        await LookAsync(cancel);
        Assert.That(await _told.Reader.ReadAsync(cancel), Is.EqualTo("device True"));
        Assert.That(watch.LeavesDevice, Is.False);
        _host.Ends(9);
        _clock.Pass(OwnerWatch.Calm);
        await LookAsync(cancel);
        Assert.That(await _told.Reader.ReadAsync(cancel), Is.EqualTo("device False"));
        Assert.That(lender.Terms.Away, Is.Empty, "the machine itself was lent all the time");
        await stop.CancelAsync();
        await watching;
    }

    private Lender Lender() => new(_home, able: true, _clock, async (e, cancel) => await _told.Writer.WriteAsync(
        e switch { LendChanged lend => $"away: {lend.Terms.Away}", StopWork stop => stop.DeviceOnly ? "stop device" : "stop ", _ => e.ToString() }, cancel));

    private OwnerWatch Watch(Lender lender) => new(
        new OwnerEye(_host.Sensors, 4, _clock), lender, static () => new Device(DeviceKind.Cpu, "pocl"),
        async (taken, cancel) => await _told.Writer.WriteAsync($"device {taken}", cancel), static () => 0, _clock, static _ => { });

    /// <summary>Lets two seconds pass, and waits until the look that is due has been taken.</summary>
    private async Task LookAsync(CancellationToken cancel)
    {
        await _clock.WaitedForAsync(cancel);
        _clock.Pass(TimeSpan.FromSeconds(2));
        await _clock.WaitedForAsync(cancel);
    }
}
