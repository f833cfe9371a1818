// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Simulator.Adversaries;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Tests.Network;

/// <summary>Who can dial whom: everybody those without a translator or with a mapped port, nobody the others.</summary>
[TestFixture]
internal sealed class NatTest
{
    private const string Kinds = """
        start: 0us
        duration: 60s
        settle: 0us
        nodes:
          - { class: none, count: 1 }
          - { class: mapped, count: 1, nat: mapped }
          - { class: cone, count: 1, nat: cone }
          - { class: symmetric, count: 1, nat: symmetric }
          - { class: light, role: light, count: 1 }
        links: { latency: 50ms, jitter: 0us, timeout: 3s }
        """;

    [Test]
    public void A_dial_comes_up_or_fails_by_the_kind_of_the_dialled([Range(0, 4)] int from, [Range(0, 4)] int to)
    {
        if (from == to) return;
        List<(int Node, NodeEvent Event)> told = [];
        using var world = new Simulation(Lab.Parse(Kinds), 1, site => new Witness(SimulatorRun.Honest(site), e => told.Add((site.Index, e))));
        world.Script(0, () =>
        {
            foreach (var node in world.Nodes) node.Start();
        });
        world.Script(1_000_000, () => world.Network.Dial(world.Nodes[from], to));
        world.RunUntil(20_000_000);
        Assert.That(told.Exists(one => one.Node == from && one.Event is PeerUp), Is.EqualTo(to < 2));
        Assert.That(told.Exists(one => one.Node == to && one.Event is PeerUp), Is.EqualTo(to < 2));
        Assert.That(told.Exists(one => one.Node == from && one.Event is PeerUnreachable), Is.EqualTo(to >= 2));
    }

    [Test]
    public void A_network_that_is_mostly_behind_translators_works_and_stands_in_nobodys_table()
    {
        var few = new Dictionary<string, string> { ["open"] = "20", ["cone"] = "120", ["symmetric"] = "60" };
        var scenario = ScenarioReader.ReadFile(Path.Combine(Lab.Root, "docs", "studies", "nat", "half.yaml"), few);
        using var experiment = Lab.Prepare(scenario, 1);
        var result = experiment.Run();
        Assert.That(result.Violations, Is.Empty, Lab.Text(result));
        Assert.That(result.Accepted, Is.EqualTo(1), Lab.Text(result));
        var nodes = experiment.World.Nodes;
        var worked = nodes.Where(static node => node.Disk.Entries.OfType<BidMade>().Any()).Select(static node => node.Class.Nat).Distinct();
        Assert.That(worked, Is.SupersetOf(new[] { NatKind.None, NatKind.Cone, NatKind.Symmetric }), "workers of all kinds bid");
        Assert.That(nodes.Select(static node => node.Machine!.Mesh().Contacts), Has.All.LessThanOrEqualTo(24), "20 workers and 4 relays can be dialled");
    }

    private sealed class Witness(INodeMachine honest, Action<NodeEvent> hears) : MachineWrapper(honest)
    {
        protected override NodeEvent? In(NodeEvent e)
        {
            hears(e);
            return e;
        }
    }
}
