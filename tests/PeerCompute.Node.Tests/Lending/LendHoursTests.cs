// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Node.Homes;
using PeerCompute.Node.Lending;

namespace PeerCompute.Node.Tests.Lending;

internal sealed class LendHoursTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [TestCase("22:00-08:00", "22:00", true)]
    [TestCase("22:00-08:00", "07:59:59", true)]
    [TestCase("22:00-08:00", "08:00", false)]
    [TestCase("22:00-08:00", "21:59:59", false)]
    [TestCase("09:00-17:30", "17:29", true)]
    [TestCase("09:00-17:30", "17:30", false)]
    [TestCase("18:00-24:00", "23:59", true)]
    [TestCase("18:00-00:00", "23:59", true)]
    [TestCase("18:00-24:00", "00:00", false)]
    [TestCase("00:00-24:00", "12:00", true)]
    [TestCase("01:00-02:00, 12:00-13:00", "12:30", true)]
    [TestCase("01:00-02:00,12:00-13:00", "02:30", false)]
    [TestCase("always", "03:00", true)]
    public void A_range_holds_from_its_first_time_to_before_its_second(string hours, string time, bool lends)
        => Assert.That(LendHours.TryParse(hours)!.Contains(TimeOnly.Parse(time, System.Globalization.CultureInfo.InvariantCulture)), Is.EqualTo(lends));

    [TestCase("")]
    [TestCase("never")]
    [TestCase("8:00-9:00")]
    [TestCase("08:00")]
    [TestCase("08:00-08:00")]
    [TestCase("24:00-08:00")]
    [TestCase("08:60-09:00")]
    [TestCase("25:00-09:00")]
    [TestCase("08:00-24:01")]
    [TestCase("-1:00-09:00")]
    [TestCase("08:00-09:00,")]
    [TestCase("08:00-09:00-10:00")]
    [TestCase("08:00–09:00")]
    public void What_is_no_range_is_refused(string text) => Assert.That(LendHours.TryParse(text), Is.Null);

    [Test]
    public void Ranges_are_bounded()
    {
        string Ranges(int count) => string.Join(',', Enumerable.Range(0, count).Select(static i => $"{i:00}:00-{i:00}:30"));
        var most = Ranges(LendHours.RangesMost);
        Assert.That(LendHours.TryParse(most)!.ToString(), Is.EqualTo(most.Replace(",", ", ", StringComparison.Ordinal)));
        Assert.That(LendHours.TryParse(Ranges(LendHours.RangesMost + 1)), Is.Null);
    }

    // In Berlin the clock is set forward from 2:00 to 3:00 on 28 March 2027 and back from 3:00 to 2:00 on 31 October 2027.
    [TestCase("22:00-08:00", "2027-03-27T12:00Z", 9)]
    [TestCase("22:00-08:00", "2027-10-30T12:00Z", 11)]
    [TestCase("22:00-08:00", "2027-06-01T12:00Z", 10)]
    [TestCase("02:00-03:00", "2027-03-27T12:00Z", 0)]
    [TestCase("02:00-03:00", "2027-10-30T12:00Z", 2)]
    public void Hours_are_those_of_the_clock_on_the_wall(string hours, string from, int expected)
    {
        var config = new HomeConfig { Hours = LendHours.TryParse(hours)! };
        var start = DateTimeOffset.Parse(from, System.Globalization.CultureInfo.InvariantCulture);
        var minutes = Enumerable.Range(0, 24 * 60).Select(i => TimeZoneInfo.ConvertTime(start.AddMinutes(i), Berlin));
        Assert.That(minutes.Count(local => LendJudge.Terms(config, true, local).Away.Length == 0), Is.EqualTo(expected * 60));
    }

    [Test]
    public void A_pause_counts_before_the_hours_and_ends_by_itself()
    {
        var now = new DateTimeOffset(2027, 1, 15, 8, 0, 0, TimeSpan.FromHours(1));
        var config = LendChange.Pause(new HomeConfig(), 7_200_000, now);
        Assert.That(LendJudge.Terms(config, true, now).Away, Is.EqualTo("paused by its owner until 2027-01-15 09:00:00 UTC"));
        Assert.That(LendJudge.Terms(config, true, now.AddHours(2)).Away, Is.Empty);
        Assert.That(LendJudge.Terms(LendChange.Pause(config, 0, now), true, now).Away, Is.Empty);
        var closed = new HomeConfig { Hours = LendHours.TryParse("22:00-08:00")! };
        Assert.That(LendJudge.Terms(closed, true, now).Away, Is.EqualTo("its owner lends at 22:00-08:00 local time (UTC+01:00)"));
    }

    [Test]
    public void What_a_node_cannot_do_no_owner_decides()
        => Assert.That(LendJudge.Terms(new HomeConfig(), able: false, DateTimeOffset.UnixEpoch), Has.Property(nameof(LendTerms.TakesWork)).False);
}
