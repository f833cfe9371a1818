// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using PeerCompute.Core.Events;
using PeerCompute.Node.Homes;
using PeerCompute.Node.Lending;

namespace PeerCompute.Node.Tests.Lending;

[CancelAfter(60_000)]
internal sealed class LenderTests
{
    private readonly Channel<NodeEvent> _told = Channel.CreateUnbounded<NodeEvent>();
    private TempFolder _folder = null!;
    private NodeHome _home = null!;

    [SetUp]
    public void Make()
    {
        _folder = new TempFolder();
        NodeHome.Create(_folder["home"], new HomeConfig());
        _home = NodeHome.Open(_folder["home"]);
    }

    [TearDown]
    public void Remove()
    {
        _home.Dispose();
        _folder.Dispose();
    }

    [Test]
    public async Task The_machine_is_told_when_hours_begin_and_end_and_at_no_other_time(CancellationToken cancel)
    {
        _home.Change(static c => c with { Hours = LendHours.TryParse("08:02-08:05")! });
        var clock = new WallClock(new DateTimeOffset(2027, 1, 15, 8, 0, 30, TimeSpan.Zero), TimeZoneInfo.Utc);
        await using var lender = Start(clock);
        Assert.That(lender.Terms.Away, Is.Not.Empty);
        var told = new List<string>();
        for (var second = 30; second < 8 * 60; second++)
        {
            await clock.WaitedForAsync(cancel);
            clock.Pass(TimeSpan.FromSeconds(1));
            while (_told.Reader.TryRead(out var e)) told.Add($"{clock.GetUtcNow():HH:mm} {((LendChanged)e).Terms.Away.Length == 0}");
        }

        Assert.That(told, Is.EqualTo(new[] { "08:02 True", "08:05 False" }));
    }

    [Test]
    public async Task A_pause_is_told_at_once_ends_at_its_second_and_outlives_the_process(CancellationToken cancel)
    {
        var clock = new WallClock(new DateTimeOffset(2027, 1, 15, 8, 0, 30, TimeSpan.Zero), TimeZoneInfo.Utc);
        await using (var lender = Start(clock))
        {
            await clock.WaitedForAsync(cancel);
            await lender.DecideAsync(c => LendChange.Pause(c, 10_000, clock.GetUtcNow()), stopWork: false, cancel);
            Assert.That(((LendChanged)await _told.Reader.ReadAsync(cancel)).Terms.Away, Does.StartWith("paused"));
        }

        await using var again = Start(clock);
        Assert.That(again.Terms.Away, Does.StartWith("paused"));
        await clock.WaitedForAsync(cancel);
        clock.Pass(TimeSpan.FromSeconds(9));
        Assert.That(_told.Reader.TryRead(out _), Is.False);
        clock.Pass(TimeSpan.FromSeconds(2));
        Assert.That(((LendChanged)await _told.Reader.ReadAsync(cancel)).Terms.Away, Is.Empty);
    }

    [Test]
    public async Task What_runs_is_ended_only_where_the_owner_says_so(CancellationToken cancel)
    {
        var clock = new WallClock(DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc);
        await using var lender = Start(clock);
        await lender.DecideAsync(LendChange.Stop, stopWork: false, cancel);
        Assert.That(await _told.Reader.ReadAsync(cancel), Is.TypeOf<LendChanged>().With.Property("Terms").Property("TakesWork").False);
        await lender.DecideAsync(LendChange.Stop, stopWork: true, cancel);
        Assert.That(await _told.Reader.ReadAsync(cancel), Is.TypeOf<StopWork>());
        Assert.That(NodeHome.ConfigIn(_home.Folder).TakesWork, Is.False);
    }

    [Test]
    public void What_was_written_into_the_file_meanwhile_stays()
    {
        var file = Path.Combine(_home.Folder, "config.json");
        File.WriteAllText(file, "{ \"version\": 1, \"price\": 1 }");
        Assert.That(() => _home.Change(LendChange.Stop), Throws.Exception.With.Message.Contains("price is not known"));
        File.WriteAllText(file, "{ \"version\": 1, \"blob_bytes\": 2097152, \"hours\": [\"22:00-08:00\"], \"paused_until\": \"2027-01-15T08:00:00Z\" }");
        _home.Change(LendChange.Stop);
        var config = NodeHome.ConfigIn(_home.Folder);
        Assert.That((config.BlobBytes, config.TakesWork, config.Hours.ToString()), Is.EqualTo((2L << 20, false, "22:00-08:00")));
        Assert.That(config.PausedUntil, Is.EqualTo(new DateTimeOffset(2027, 1, 15, 8, 0, 0, TimeSpan.Zero)));
    }

    private Lender Start(WallClock clock)
    {
        var lender = new Lender(_home, able: true, clock, async (e, cancel) => await _told.Writer.WriteAsync(e, cancel));
        lender.Start();
        return lender;
    }
}
