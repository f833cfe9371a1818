// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Core.Events;
using PeerCompute.Simulator.Adversaries;
using PeerCompute.Simulator.Network;

namespace PeerCompute.Simulator.Tests.Network;

/// <summary>Two nodes, 50 ms apart, that dial each other: whatever comes between, each learns what became of its dial.</summary>
[TestFixture]
internal sealed class DialsTest
{
    private const long Milli = 1000;
    private const string Pair = """
        start: 0us
        duration: 60s
        settle: 0us
        nodes: [{ class: worker, count: 2 }]
        links: { latency: 50ms, jitter: 0us, timeout: 3s }
        """;

    private readonly List<(int Node, NodeEvent Event)> _told = [];

    [SetUp]
    public void Forget() => _told.Clear();

    [TestCase(0)]
    [TestCase(40)]
    [TestCase(90)]
    public void Dials_that_cross_become_one_connection(long later)
    {
        using var world = Run(later, static (_, _) => { });
        Assert.That(Told<PeerUp>(), Is.EqualTo(new[] { 0, 1 }));
        Assert.That(world.Network.OpenLinks, Is.EqualTo(1));
    }

    [TestCase(60)]
    [TestCase(110)]
    [TestCase(160)]
    public void Dials_that_cross_and_are_cut_fail_at_both_sides(long cut)
    {
        using var world = Run(40, (world, at) => world.Script(at + (cut * Milli), () => world.Network.Begin(new Split([true, false]))));
        Assert.That(Told<PeerUp>().Except(Told<PeerDown>()), Is.Empty);
        Assert.That(Told<PeerUnreachable>().Concat(Told<PeerUp>()).Distinct(), Is.EquivalentTo(new[] { 0, 1 }));
        Assert.That(world.Nodes.Sum(static node => node.Ends.Count), Is.Zero);
    }

    [TestCase(60)]
    [TestCase(110)]
    [TestCase(160)]
    public void Dials_that_cross_a_death_fail_at_the_survivor(long death)
    {
        using var world = Run(40, (world, at) => world.Script(at + (death * Milli), () => world.Nodes[0].Crash()));
        Assert.That(Told<PeerUnreachable>().Concat(Told<PeerDown>()), Does.Contain(1));
        Assert.That(world.Nodes[1].Ends.Count, Is.Zero);
    }

    /// <summary>The second node dials at once, the first some milliseconds later.</summary>
    private Simulation Run(long later, Action<Simulation, long> more)
    {
        var world = new Simulation(Lab.Parse(Pair), 1, site => new Witness(SimulatorRun.Honest(site), e => _told.Add((site.Index, e))));
        world.Script(0, () =>
        {
            foreach (var node in world.Nodes) node.Start();
        });
        const long at = 1000 * Milli;
        world.Script(at, () => world.Network.Dial(world.Nodes[1], 0));
        world.Script(at + (later * Milli), () => world.Network.Dial(world.Nodes[0], 1));
        more(world, at);
        world.RunUntil(20_000 * Milli);
        Assert.That(world.Violations, Is.Empty);
        return world;
    }

    private int[] Told<T>() => [.. _told.Where(static t => t.Event is T).Select(static t => t.Node).Distinct().Order()];

    private sealed class Witness(INodeMachine honest, Action<NodeEvent> hears) : MachineWrapper(honest)
    {
        protected override NodeEvent In(NodeEvent e)
        {
            hears(e);
            return e;
        }
    }
}
