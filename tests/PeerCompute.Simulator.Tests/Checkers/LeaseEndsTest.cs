// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core.Journal;
using PeerCompute.Simulator.Checkers;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Tests.Checkers;

/// <summary>A lease ends in exactly one way, and at both sides.</summary>
[TestFixture]
internal sealed class LeaseEndsTest
{
    private const string Away = """
        duration: 2m
        settle: 1m
        nodes:
          - { class: worker, count: 3, speed: 2000 }
          - { class: client, role: client, count: 1, speed: 3000 }
        links: { latency: 20ms, jitter: 1ms }
        jobs: { count: 1, tasks: 6, tasks_per_lease: 2, parallel: 3, workers: 3, cost: 3s, deadline: 100s }
        faults: [{ kind: crash, at: 2s, for: 60s, nodes: [0] }]
        """;

    [Test]
    public void A_worker_that_was_away_when_its_lease_was_cancelled_and_its_job_done_hears_of_it()
    {
        using var experiment = Lab.Prepare(Lab.Parse(Away), 1);
        var result = experiment.Run();
        Assert.That(result.Violations, Is.Empty, Lab.Text(result));
        Assert.That(result.Accepted, Is.EqualTo(1));
        Assert.That(result.Jobs[0].EndedMs, Is.LessThan(60_000), "the job was over before the worker came back");
        Assert.That(experiment.World.Nodes[0].Machine!.Work().Select(static lease => lease.Phase), Is.EqualTo(new[] { LeasePhase.Cancelled }));
    }

    [Test]
    public void A_lease_that_ends_twice_and_one_whose_sides_differ_are_seen()
    {
        using var experiment = Lab.Prepare(Lab.Parse(Away.Replace("crash", "partition", StringComparison.Ordinal)), 1);
        var ends = new LeaseEnds(experiment.World, new Simulator.Adversaries.Cast(experiment.World.Scenario, 1));
        experiment.World.RunUntil(30_000_000);
        ends.Ended();
        Assert.That(experiment.World.Violations.Select(static v => v.Text), Has.Some.Contains("is Cancelled, at node 0 Committed"), "the worker is cut off");
        var node = experiment.World.Nodes[3];
        var settled = node.Disk.Entries.OfType<EntryKept>().First(static e => e.Kept.Entry.Body is Settled);
        ends.Durable(node, settled);
        ends.Durable(node, settled);
        Assert.That(experiment.World.Violations.Select(static v => v.Text), Has.Some.Contains("ended by Settled, then by Settled"));
    }
}
