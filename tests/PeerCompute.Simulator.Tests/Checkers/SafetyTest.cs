// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Views;
using PeerCompute.Simulator.Adversaries;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Tests.Checkers;

/// <summary>
/// Promises, bounds, the mesh after a heal, life after the faults: each rule is quiet with honest machines, and speaks up when one breaks it.
/// </summary>
[TestFixture]
internal sealed class SafetyTest
{
    private const string Mesh = """
        start: 2s
        duration: 30s
        settle: 150s
        bootstrap: 2
        liveness: 1
        nodes:
          - { class: relay, role: relay, count: 2 }
          - { class: worker, count: 8, slots: 2 }
          - { class: client, role: client, count: 1 }
        links: { latency: 20ms, jitter: 1ms }
        jobs: { count: 1, first: 15s, tasks: 2, cost: 500ms, deadline: 60s, discovery: true }
        """;

    [Test]
    public void Honest_machines_break_none_of_them()
    {
        var result = Run(static (_, honest) => honest);
        Assert.That(result.Violations, Is.Empty, Lab.Text(result));
        Assert.That(result.Accepted, Is.EqualTo(2), "the job and the one of the calm");
    }

    [Test]
    public void A_word_before_its_entry_is_durable_is_seen()
        => Assert.That(Broken(static (_, honest) => new Hasty(honest)), Has.Some.StartsWith("promises").And.Contains("which is not durable"));

    [Test]
    public void A_journal_that_forgot_what_was_said_is_seen()
    {
        var scenario = Lab.Parse(Mesh.Replace("discovery: true", "discovery: true, workers: 4", StringComparison.Ordinal));
        using var experiment = Lab.Prepare(scenario, 1);
        experiment.World.Script(20_000_000, () =>
        {
            foreach (var node in experiment.World.Nodes) node.Disk.Crash(torn: 3); // behind the node's back: no observer hears of it
            foreach (var node in experiment.World.Nodes) node.Crash();
        });
        experiment.World.Script(21_000_000, () =>
        {
            foreach (var node in experiment.World.Nodes) node.Start();
        });
        var texts = experiment.Run().Violations.Select(static v => $"{v.Rule}: {v.Text}");
        Assert.That(texts, Has.Some.StartsWith("promises").And.Contains("which it had said"));
    }

    [Test]
    public void A_list_that_outgrew_its_bound_is_seen_once()
    {
        var seen = Broken(static (site, honest) => site.Index == 3 ? new Hoarder(honest) : honest);
        Assert.That(seen, Is.EqualTo(new[] { "bounds: node 3 holds 1025 adverts, at most 1024 are allowed" }));
    }

    [Test]
    public void A_node_that_stays_out_of_the_mesh_is_seen()
    {
        var seen = Broken(static (site, honest) => site.Index == 3 ? new Mute(honest, static send => send.Rpc.HasControl) : honest);
        Assert.That(seen, Has.Some.StartsWith("mesh: 10 of 11 nodes").Or.Some.StartsWith("mesh: 1 of 11 nodes"));
    }

    [Test]
    public void A_message_that_does_not_get_through_is_seen()
    {
        var third = KeyPair.FromSeed(Draw.Bytes(1, "identity", 3).ToArray()).PeerId;
        var seen = Broken((_, honest) => new Mute(honest, send => send.To == third && !send.Rpc.Messages.IsEmpty));
        Assert.That(seen, Has.Some.StartsWith("mesh: a message of node 10 at").And.Contains("did not reach 1 of 11 nodes"));
    }

    [Test]
    public void Workers_that_take_no_job_after_the_faults_are_seen()
    {
        var seen = Broken(static (_, honest) => new Silent(honest));
        Assert.That(seen, Has.Some.StartsWith("liveness: job liveness-0 of node 10, handed in after the faults, is Expired with 0 of 2 tasks"));
    }

    private static string[] Broken(Func<MachineSite, INodeMachine, INodeMachine> wrap) => [.. Run(wrap).Violations.Select(static v => $"{v.Rule}: {v.Text}")];

    private static SimulationResult Run(Func<MachineSite, INodeMachine, INodeMachine> wrap)
    {
        using var experiment = new Experiment(Lab.Parse(Mesh), 1, site => wrap(site, SimulatorRun.Honest(site)));
        return experiment.Run();
    }

    /// <summary>Says the entries of leases before it keeps them.</summary>
    private sealed class Hasty(INodeMachine honest) : MachineWrapper(honest)
    {
        public override void Handle(NodeEvent e, Base.Time.NodeTime now, List<NodeEffect> effects)
        {
            var from = effects.Count;
            base.Handle(e, now, effects);
            var (said, rest) = (effects[from..].Where(Early).ToList(), effects[from..].Where(static effect => !Early(effect)).ToList());
            effects.RemoveRange(from, effects.Count - from);
            effects.AddRange(said);
            effects.AddRange(rest);
        }

        private static bool Early(NodeEffect effect) => effect is Say { Message: EntriesMessage };
    }

    private sealed class Hoarder(INodeMachine honest) : MachineWrapper(honest)
    {
        public override IReadOnlyList<Holding> Holdings() => [new Holding("adverts", 1025, 1024)];
    }

    /// <summary>Says nothing of leases.</summary>
    private sealed class Silent(INodeMachine honest) : MachineWrapper(honest)
    {
        protected override NodeEffect? Out(NodeEffect effect) => effect is Say { Message: EntriesMessage or SyncMessage } ? null : effect;
    }

    /// <summary>Holds gossip back.</summary>
    private sealed class Mute(INodeMachine honest, Func<SendGossip, bool> what) : MachineWrapper(honest)
    {
        protected override NodeEffect? Out(NodeEffect effect) => effect is SendGossip send && what(send) ? null : effect;
    }
}
