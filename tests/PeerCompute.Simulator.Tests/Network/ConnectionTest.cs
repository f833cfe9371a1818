// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core;
using PeerCompute.Core.Events;
using PeerCompute.Simulator.Adversaries;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Tests.Network;

/// <summary>One connection between two nodes, 50 ms apart: when each side has it, and in which order what is sent comes.</summary>
[TestFixture]
internal sealed class ConnectionTest
{
    private const long Milli = 1000;
    private const long DialledAt = 1000 * Milli;
    private const int Messages = 30;

    private readonly List<(int Node, long At)> _up = [];
    private readonly List<Hash32> _came = [];

    [SetUp]
    public void Forget()
    {
        _up.Clear();
        _came.Clear();
    }

    [Test]
    public void The_dialler_is_up_after_four_ways_and_who_was_dialled_after_five()
    {
        Run("0us");
        Assert.That(_up, Is.EqualTo(new[] { (1, DialledAt + (200 * Milli)), (0, DialledAt + (250 * Milli)) }));
    }

    [TestCase("0us")]
    [TestCase("40ms")]
    public void What_is_sent_as_soon_as_it_is_up_comes_whole_and_in_order(string jitter)
    {
        Run(jitter);
        Assert.That(_came, Is.EqualTo(Enumerable.Range(0, Messages).Select(static i => Hash32.Of([(byte)i]))));
    }

    private void Run(string jitter)
    {
        var scenario = $$"""
            start: 0us
            duration: 60s
            settle: 0us
            nodes: [{ class: worker, count: 2 }]
            links: { latency: 50ms, jitter: {{jitter}} }
            """;
        Simulation world = null!;
        world = new Simulation(Lab.Parse(scenario), 1, site => new Witness(SimulatorRun.Honest(site), e => Hear(world, site.Index, e)));
        using var end = world;
        world.Script(0, () =>
        {
            foreach (var node in world.Nodes) node.Start();
        });
        world.Script(DialledAt, () => world.Network.Dial(world.Nodes[1], 0));
        world.RunUntil(20_000 * Milli);
        Assert.That(world.Violations, Is.Empty);
    }

    private void Hear(Simulation world, int at, NodeEvent e)
    {
        if (at == 0 && e is SyncCame sync && _came.Count < Messages) _came.Add(sync.Message.LeaseId);
        if (e is not PeerUp up) return;
        _up.Add((at, world.Nodes[at].Micros));
        if (at == 0) return;
        for (var i = 0; i < Messages; i++) world.Nodes[1].Send(up.Peer, new SyncMessage(Hash32.Of([(byte)i]), 0, default, 0, default, false));
    }

    private sealed class Witness(INodeMachine honest, Action<NodeEvent> hears) : MachineWrapper(honest)
    {
        protected override NodeEvent In(NodeEvent e)
        {
            hears(e);
            return e;
        }
    }
}
