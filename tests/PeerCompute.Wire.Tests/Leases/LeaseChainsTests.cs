// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Wire.Tests.Leases;

internal sealed class LeaseChainsTests
{
    [Test]
    public void The_whole_way_links_and_names_its_phases()
    {
        var scene = new ChainScene();
        var phases = new List<LeasePhase>();
        foreach (var body in scene.Way())
        {
            scene.Add(body);
            phases.Add(scene.Chains.Phase);
        }

        Assert.That(phases, Is.EqualTo(Enum.GetValues<LeasePhase>()[..9]));
        Assert.That(scene.Chains.Ended);
    }

    [Test]
    public void At_each_step_only_the_bodies_of_the_state_table_link()
    {
        var table = new Dictionary<LeasePhase, string[]>
        {
            [LeasePhase.Awarded] = ["Accept", "Cancel"],
            [LeasePhase.Accepted] = ["Started", "Fail", "Cancel"],
            [LeasePhase.Running] = ["Commit", "Fail", "Cancel"],
            [LeasePhase.Committed] = ["Reveal", "Cancel"],
            [LeasePhase.Revealed] = ["Opening", "Cancel"],
            [LeasePhase.Opened] = ["Verdict", "Cancel"],
            [LeasePhase.Confirmed] = ["Close"],
            [LeasePhase.Closed] = ["Settled"],
            [LeasePhase.Settled] = [],
        };
        var scene = new ChainScene();
        foreach (var step in scene.Way())
        {
            scene.Add(step);
            var links = scene.Bodies().Where(body => scene.Kind(scene.Next(body)) == LinkKind.Links).Select(static body => body.GetType().Name);
            Assert.That(links, Is.EquivalentTo(table[scene.Chains.Phase]), scene.Chains.Phase.ToString());
        }
    }

    [Test]
    public void Nothing_but_an_award_begins_a_lease()
    {
        var scene = new ChainScene();
        foreach (var body in scene.Bodies().Where(static b => b is not Award)) Assert.That(scene.Kind(scene.Next(body)), Is.EqualTo(LinkKind.Gap));
        var award = scene.Next(scene.Body<Award>());
        Assert.That(scene.Kind(award with { Seen = scene.Hash() }), Is.EqualTo(LinkKind.Refused));
        Assert.That(scene.Kind(award with { Previous = scene.Hash() }), Is.EqualTo(LinkKind.Refused));
        Assert.That(scene.Kind(award with { Header = award.Header with { Sequence = 1 } }), Is.EqualTo(LinkKind.Refused));
        Assert.That(scene.Kind(award with { Header = award.Header with { Context = scene.Hash() } }), Is.EqualTo(LinkKind.Refused));
        Assert.That(scene.Chains.Check(KeptEntry.Sign(scene.Worker, award)).Kind, Is.EqualTo(LinkKind.Refused));
    }

    [Test]
    public void A_replayed_entry_is_known_and_changes_nothing()
    {
        var scene = new ChainScene().Through<Settled>();
        foreach (var kept in scene.Chains.InOrder()) Assert.That(scene.Chains.Check(kept).Kind, Is.EqualTo(LinkKind.Known));
    }

    [Test]
    public void An_entry_ahead_of_ours_or_with_an_unknown_head_is_a_gap()
    {
        var scene = new ChainScene().Through<Started>();
        var commit = scene.Next(scene.Body<Commit>());
        Assert.That(scene.Kind(commit with { Header = commit.Header with { Sequence = commit.Header.Sequence + 1 } }), Is.EqualTo(LinkKind.Gap));
        Assert.That(scene.Kind(commit with { Seen = scene.Hash() }), Is.EqualTo(LinkKind.Gap));
    }

    [Test]
    public void Another_body_in_a_held_place_is_a_fork_and_a_proof_only_within_one_life()
    {
        var scene = new ChainScene();
        scene.Add(scene.Body<Award>());
        var place = scene.Next(scene.Body<Accept>());
        var held = scene.Add(place.Body);
        var other = scene.Sign(place with { Header = place.Header with { TimeMs = 2 } });
        Assert.That(scene.Chains.Check(other).Kind, Is.EqualTo(LinkKind.Fork));
        Assert.That(scene.Chains.Equivocates(other), Is.SameAs(held));
        var later = scene.Sign(place with { Header = place.Header with { Incarnation = new Incarnation(2, 2) } });
        Assert.That(scene.Chains.Check(later).Kind, Is.EqualTo(LinkKind.Fork));
        Assert.That(scene.Chains.Equivocates(later), Is.Null);
        Assert.That(scene.Chains.Equivocates(held), Is.Null);
    }

    [Test]
    public void An_entry_that_does_not_name_the_one_before_it_is_a_fork()
    {
        var scene = new ChainScene().Through<Started>();
        Assert.That(scene.Kind(scene.Next(scene.Body<Commit>()) with { Previous = scene.Hash() }), Is.EqualTo(LinkKind.Fork));
    }

    [Test]
    public void The_wrong_sides_signature_another_lease_and_other_rules_are_refused()
    {
        var scene = new ChainScene().Through<Started>();
        var commit = scene.Next(scene.Body<Commit>());
        Assert.That(scene.Chains.Check(KeptEntry.Sign(scene.Client, commit)).Reason, Does.Contain("wrong side"));
        Assert.That(Why(commit.Header with { Context = scene.Hash() }), Does.Contain("another lease"));
        Assert.That(Why(commit.Header with { Rules = scene.Hash() }), Does.Contain("other rules"));
        Assert.That(Why(commit.Header with { Sequence = WireLimits.EntriesPerChain }), Does.Contain("longer"));

        string Why(Header header) => scene.Chains.Check(scene.Sign(commit with { Header = header })).Reason;
    }

    [Test]
    public void An_entry_that_saw_less_than_the_one_before_it_is_refused()
    {
        var scene = new ChainScene().Through<Opening>();
        var verdict = scene.Next(scene.Body<Verdict>());
        Assert.That(scene.Chains.Check(scene.Sign(verdict with { Seen = scene.Chains.Worker[0].Hash })).Reason, Does.Contain("saw less"));
        Assert.That(scene.Chains.Check(scene.Sign(verdict with { Seen = default })).Reason, Does.Contain("saw less"));
    }

    [Test]
    public void A_commit_that_crosses_a_cancel_still_links_but_the_lease_stays_cancelled()
    {
        var scene = new ChainScene().Through<Started>();
        var crossing = scene.Next(scene.Body<Commit>());
        scene.Add(scene.Body<Cancel>());
        Assert.That(scene.Chains.Check(scene.Sign(scene.Next(scene.Body<Commit>()))).Reason, Does.Contain("ended"), "it saw the cancel");
        Assert.That(scene.Kind(crossing), Is.EqualTo(LinkKind.Links), "it did not");
        scene.Chains.Append(scene.Sign(crossing));
        Assert.That(scene.Chains.Phase, Is.EqualTo(LeasePhase.Cancelled));
        foreach (var body in scene.Bodies()) Assert.That(scene.Kind(scene.Next(body)), Is.EqualTo(LinkKind.Refused), body.GetType().Name);
    }

    [Test]
    public void A_failed_lease_takes_the_issuers_cancel_and_nothing_else()
    {
        var scene = new ChainScene().Through<Started>();
        scene.Add(scene.Body<Fail>());
        Assert.That(scene.Chains.Phase, Is.EqualTo(LeasePhase.Failed));
        var links = scene.Bodies().Where(body => scene.Kind(scene.Next(body)) == LinkKind.Links).Select(static b => b.GetType().Name);
        Assert.That(links, Is.EqualTo(new[] { "Cancel" }));
    }

    [Test]
    public void Entries_in_order_build_the_same_chains_anywhere()
    {
        var scene = new ChainScene().Through<Settled>();
        var copy = new LeaseChains();
        foreach (var kept in scene.Chains.InOrder()) copy.Append(kept);
        Assert.That((copy.Head, copy.Phase), Is.EqualTo((scene.Chains.Head, scene.Chains.Phase)));
    }

    [Test]
    public void Chains_cut_anywhere_are_those_of_that_time_and_go_on()
    {
        var order = new ChainScene().Through<Settled>().Chains.InOrder();
        for (var keep = 1; keep <= order.Count; keep++)
        {
            var (whole, part) = (new LeaseChains(), new LeaseChains());
            foreach (var kept in order) whole.Append(kept);
            foreach (var kept in order.Take(keep)) part.Append(kept);
            whole.Cut(part.Issuer.Count, part.Worker.Count);
            Assert.That((whole.Head, whole.Phase), Is.EqualTo((part.Head, part.Phase)));
            foreach (var kept in order.Skip(keep)) whole.Append(kept);
            Assert.That(whole.Phase, Is.EqualTo(LeasePhase.Settled));
        }
    }

    [Test]
    public void The_shown_head_is_over_both_chains()
    {
        var scene = new ChainScene();
        var heads = new List<string> { scene.Chains.Head.ToString() };
        foreach (var body in scene.Way())
        {
            scene.Add(body);
            heads.Add(scene.Chains.Head.ToString());
        }

        Assert.That(heads, Is.Unique);
    }
}
