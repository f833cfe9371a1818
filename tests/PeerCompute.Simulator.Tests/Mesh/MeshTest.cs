// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Core.Events;
using PeerCompute.Core.Views;
using PeerCompute.Market.Adverts;
using PeerCompute.Simulator.Adversaries;
using PeerCompute.Simulator.Scenarios;
using PeerCompute.Simulator.Tests.Events;

namespace PeerCompute.Simulator.Tests.Mesh;

/// <summary>A mesh of forty nodes: what becomes of a job whose client knows nobody.</summary>
[CancelAfter(300_000)]
internal sealed class MeshTest
{
    private const int Bootstrap = 2;
    private const int Client = 39;
    private const long Second = 1_000_000;

    private const string Small = """
        name: small mesh
        start: 5s
        duration: 150s
        settle: 40s
        bootstrap: 2
        nodes:
          - { class: relay, role: relay, count: 2 }
          - { class: worker, count: 37, price: 900 }
          - { class: client, role: light, count: 1 }
        jobs:
          first: 20s
          count: 1
          tasks: 12
          tasks_per_lease: 2
          parallel: 3
          cost: [500ms, 2s]
          deadline: 120s
          discovery: true
          verification: { replicas: 2 }
        """;

    private static Scenario Scenario { get; } = Lab.Parse(Small);

    [Test]
    public void Workers_are_found_and_drawn_and_liars_among_them_earn_nothing()
    {
        var judged = 0;
        for (var seed = 1UL; seed <= 3; seed++)
        {
            var result = Good(Lab.Prepare(Scenario with { Adversaries = [new AdversaryPlan(AdversaryKinds.All["liar"], 12)] }, seed));
            Assert.That(result.Found, Is.EqualTo(result.Judged));
            judged += result.Judged;
        }

        Assert.That(judged, Is.GreaterThan(0), "a third of the workers lies");
    }

    [Test]
    public void The_same_seed_gives_the_same_trace_whatever_queue_and_encoding()
    {
        var plain = Lab.Run(Scenario, 5);
        Assert.That(Lab.Run(Scenario, 5).TraceHash, Is.EqualTo(plain.TraceHash));
        Assert.That(new Experiment(Scenario, 5, SimulatorRun.Honest, new SortedQueue()).Run().TraceHash, Is.EqualTo(plain.TraceHash));
        Assert.That(Lab.Run(Scenario with { EncodeWire = true, FullCrypto = true }, 5).TraceHash, Is.EqualTo(plain.TraceHash));
        Assert.That(Lab.Run(Scenario, 6).TraceHash, Is.Not.EqualTo(plain.TraceHash));
    }

    [Test]
    public void A_split_network_heals_and_the_job_goes_on()
    {
        var links = Scenario.Links with { Partitions = [new PartitionPlan(22 * Second, 40 * Second, 500_000)] };
        var experiment = Lab.Prepare(Scenario with { Links = links }, 3);
        var across = 0;
        experiment.World.Script(140 * Second, () => across = experiment.World.Nodes.Count(n => n.Up && n.Machine!.Mesh().Contacts > 20));
        Good(experiment);
        Assert.That(across, Is.GreaterThan(35), "nodes know more of the others than half of the network has");
    }

    [Test]
    public void A_network_whose_first_addresses_are_dead_goes_on_and_takes_old_nodes_back()
    {
        const int returning = 10;
        // A light client that met nobody but the dead would be alone.
        var experiment = Lab.Prepare(Scenario with { Nodes = Scenario.Nodes.SetItem(2, Scenario.Nodes[2] with { Role = NodeRole.Client }) }, 4);
        var world = experiment.World;
        MeshView? back = null;
        world.Script(15 * Second, () =>
        {
            for (var i = 0; i < Bootstrap; i++) world.Nodes[i].Crash();
            world.Nodes[returning].Crash();
        });
        world.Script(40 * Second, world.Nodes[returning].Start);
        world.Script(80 * Second, () =>
        {
            Assert.That(world.Nodes[..Bootstrap].Any(n => n.Up), Is.False);
            back = world.Nodes[returning].Machine!.Mesh();
        });
        Good(experiment);
        Assert.That(back!.Connected, Is.GreaterThanOrEqualTo(8));
        Assert.That(back.Contacts, Is.GreaterThan(10));
        Assert.That(back.Mesh, Is.GreaterThanOrEqualTo(4));
    }

    [Test]
    public void Where_nobody_gives_an_advert_offers_travel_and_find_workers()
    {
        var experiment = new Experiment(Scenario, 6, site => new Secretive(SimulatorRun.Honest(site)));
        Good(experiment);
        Assert.That(Explanation(experiment).Seen, Is.Zero);
    }

    [Test]
    public void Where_nobody_is_there_to_work_the_job_fails_and_says_so()
    {
        var alone = Scenario with { Nodes = [Scenario.Nodes[0], Scenario.Nodes[0] with { Name = "idle", Count = 37 }, Scenario.Nodes[2]] };
        var experiment = Lab.Prepare(alone, 7);
        var result = experiment.Run();
        Assert.That(result.Violations, Is.Empty, Lab.Text(result));
        Assert.That(result.Jobs.Single().State, Is.EqualTo("Failed"));
        Assert.That(result.Jobs.Single().Cause, Does.StartWith("no worker is left for the job; waits for a worker"));
        Assert.That(Explanation(experiment).Fits, Is.Zero);
    }

    [Test]
    public void A_job_that_pays_too_little_is_told_why_by_counts_that_add_up()
    {
        var experiment = Lab.Prepare(Scenario with { Jobs = Scenario.Jobs with { CeilingMicro = 100 } }, 8);
        var result = experiment.Run();
        var explanation = Explanation(experiment);
        Assert.That(result.Violations, Is.Empty, Lab.Text(result));
        Assert.That(result.Accepted, Is.Zero);
        Assert.That(explanation.Seen, Is.GreaterThan(20));
        Assert.That(explanation.Fits, Is.Zero);
        Assert.That(explanation.Lines.Sum(l => l.First), Is.EqualTo(explanation.Seen));
        Assert.That(explanation.Lines.Single(l => l.Requirement == Requirement.Price).Unmet, Is.GreaterThan(20));
    }

    private static SimulationResult Good(Experiment experiment)
    {
        var result = experiment.Run();
        Assert.That(result.Violations, Is.Empty, Lab.Text(result));
        Assert.That(result.Accepted, Is.EqualTo(1), Lab.Text(result));
        return result;
    }

    private static JobExplanation Explanation(Experiment experiment)
    {
        var client = experiment.World.Nodes[Client].Machine!;
        return client.Explain(client.Jobs().Single().JobId)!;
    }

    /// <summary>Never learns what its host has, and so gives no advert.</summary>
    private sealed class Secretive(INodeMachine honest) : MachineWrapper(honest)
    {
        protected override NodeEvent In(NodeEvent e) => e is CapabilitiesKnown ? new Tick() : e;
    }
}
