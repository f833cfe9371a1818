// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Simulator.Reality;

namespace PeerCompute.Simulator.Tests.Reality;

[TestFixture]
internal sealed class RealPlanTest
{
    private const string Nodes = "nodes:\n  - { class: w, count: 3, slots: 3, price: 7, speed: 500 }\n  - { class: c, role: light }\n";
    private const string Good = Nodes + "bootstrap: 1\njobs: { count: 4, tasks: [2, 9], workers: 2, cost: [1s, 3s] }\n";

    [Test]
    public void Keys_times_and_jobs_are_those_of_the_simulation()
    {
        var scenario = Lab.Parse(Good);
        var plan = RealPlan.Of(scenario, "test.yaml", 5);
        using var experiment = Lab.Prepare(scenario, 5);
        var world = experiment.World;
        Assert.Multiple(() =>
        {
            foreach (var node in plan.Nodes)
            {
                var simulated = world.Nodes[node.Index];
                Assert.That(KeyPair.FromSeed(node.Key.Span).PeerId, Is.EqualTo(simulated.Signer.PeerId));
                Assert.That(node.MicrosTo, Is.EqualTo(world.Nodes.Select(other => world.Network.Latency(node.Index, other.Index))));
                Assert.That((node.UpBits, node.DownBits), Is.EqualTo((simulated.Standing.UpBits, simulated.Standing.DownBits)));
            }
        });
        var rows = experiment.Run().Jobs;
        Assert.That(plan.Jobs.Select(static job => (int)job.Tasks), Is.EqualTo(rows.Select(static row => row.Tasks)));
        var at = rows.Select(static row => (double)row.SubmittedMs);
        Assert.That(plan.Jobs.Select(static job => job.AtMicros / 1000.0), Is.EqualTo(at).Within(scenario.ClockSkewMs + 1), "by the client's clock");
    }

    [Test]
    public void Roles_prices_and_named_workers_are_as_the_file_says()
    {
        var plan = RealPlan.Of(Lab.Parse(Good), "test.yaml", 5);
        (bool, bool)[] roles = [(true, false), (true, false), (true, false), (false, true)];
        Assert.That(plan.Nodes.Select(static node => (node.TakesWork, node.Light)), Is.EqualTo(roles));
        Assert.That((plan.Nodes[0].Slots, plan.Nodes[0].PriceMicro, plan.Nodes[0].SpeedPermille), Is.EqualTo((3, 7UL, 500)));
        Assert.That(plan.First, Is.EquivalentTo(new[] { 0, 1, 2, 3 }));
        Assert.That(plan.Changes, Is.Empty);
        Assert.That(plan.Jobs.Select(static job => (job.Client, job.Workers.Length, job.DeadlineMs)), Has.All.EqualTo((3, 2, 600_000UL)));
    }

    [Test]
    public void Who_comes_and_goes_does_so_when_the_simulation_says()
    {
        var churning = Nodes.Replace("speed: 500", "churn: { up: 20s, down: 5s }", StringComparison.Ordinal);
        var plan = RealPlan.Of(Lab.Parse(churning + "duration: 2m\njobs: { count: 0 }\n"), "test.yaml", 5);
        Assert.That(plan.Changes.Count(static change => !change.Up), Is.GreaterThan(3));
        foreach (var life in plan.Changes.GroupBy(static change => change.Node))
            Assert.That(life.Select(static change => change.Up), Is.EqualTo(life.Select(static (_, i) => i % 2 == 1)), "down, up, down, ...");
        Assert.That(plan.Changes.Select(static change => change.AtMicros), Is.Ordered);
    }

    [TestCase("links: { loss: 1% }\n", "test.yaml: links.loss cannot be made real")]
    [TestCase("links: { duplicates: 1% }\n", "links.duplicates cannot be made real")]
    [TestCase("links: { reset: 30s }\n", "links.reset cannot be made real")]
    [TestCase("links: { latency: 2s }\n", "links.latency is above 1s")]
    [TestCase("links: { jitter: 2s }\n", "links.jitter is above 1s")]
    [TestCase("links: { partitions: [{ at: 10s }] }\n", "links.partitions cannot be made real")]
    [TestCase("adversaries: [{ kind: liar }]\n", "adversaries cannot be made real")]
    [TestCase("matching: random\n", "matching is a baseline")]
    [TestCase("faults: swarm\n", "faults cannot be made real")]
    [TestCase("refresh: 5m\n", "refresh cannot be made real")]
    [TestCase("duration: 3h\n", "more than two hours together")]
    public void What_cannot_be_made_real_is_refused_by_its_key(string more, string message) => Refused(Good + more, message);

    [TestCase("flaky: 1%", "flaky of class w cannot be made real")]
    [TestCase("churn: { torn: 2 }", "churn.torn of class w cannot be made real")]
    [TestCase("price: 9 }\n  - { class: many, count: 50", "nodes add up to 54, real processes are 2 to 50")]
    public void So_is_what_a_class_says(string said, string message) => Refused(Good.Replace("price: 7", said, StringComparison.Ordinal), message);

    [Test]
    public void So_are_programs_that_fail_and_worlds_of_one_protocol()
    {
        Refused(Nodes + "jobs: { count: 1, faulty: 1% }\n", "jobs.faulty cannot be made real");
        Refused("overlay: { nodes: 10, dht: { lookups: { count: 1 } } }\n", "overlay is a world of one protocol");
    }

    private static void Refused(string yaml, string message) => Assert.That(
        () => RealPlan.Of(Lab.Parse(yaml), "test.yaml", 1),
        Throws.InstanceOf<PeerComputeException>().With.Message.Contains(message).And.Message.Contains("without --real"));
}
