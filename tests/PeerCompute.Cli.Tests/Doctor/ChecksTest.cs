// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Cli.Doctor;

namespace PeerCompute.Cli.Tests.Doctor;

[TestFixture]
internal sealed class ChecksTest
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void A_clock_is_behind_if_what_is_over_lies_after_it()
    {
        var (before, after) = (Noon.AddDays(-1), Noon.AddSeconds(1));
        Assert.Multiple(() =>
        {
            Assert.That(ClockCheck.Judge(Noon, before, null).Well);
            Assert.That(ClockCheck.Judge(Noon, before, before).Well);
            Assert.That(ClockCheck.Judge(Noon, after, null).Well, Is.False);
            Assert.That(ClockCheck.Judge(Noon, before, after).Well, Is.False);
            Assert.That(ClockCheck.Judge(Noon, before, after).What, Does.Contain("12:00:00Z").And.Contain("12:00:01Z"));
            Assert.That(ClockCheck.Judge(Noon, after, null).Mend, Is.Not.Empty);
        });
    }

    [Test]
    public void A_full_disk_is_a_finding_with_a_remedy()
    {
        var full = HomeCheck.Space("/home", HomeCheck.LeastFreeBytes - 1);
        Assert.That((full.Well, full.Mend), Is.EqualTo((false, "free at least 1024 MiB")));
        Assert.That(HomeCheck.Space("/home", HomeCheck.LeastFreeBytes).Well);
    }
}
