// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Api.V1;
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

    [Test]
    public void A_node_that_knows_an_address_and_has_nobody_is_wrong_and_one_that_was_given_none_is_not()
    {
        var alone = new NodeView { Network = "open", Mesh = new MeshFacts() };
        var dead = NetworkCheck.Judge(alone, [("/ip4/192.0.2.1/tcp/1", "Connection refused")]);
        Assert.That(dead.Select(static f => f.Well), Is.All.False);
        Assert.That(dead[1].What, Is.EqualTo("bootstrap /ip4/192.0.2.1/tcp/1 does not answer: Connection refused"));
        Assert.That(NetworkCheck.Judge(alone, []).Single().Well);
        var met = new NodeView { Network = "open", Mesh = new MeshFacts { Connected = 1, Contacts = 1 } };
        Assert.That(NetworkCheck.Judge(met, [("/ip4/192.0.2.1/tcp/1", "Connection refused")]).Select(static f => f.Well), Is.All.True);
    }
}
