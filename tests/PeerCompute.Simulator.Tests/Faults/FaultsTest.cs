// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Faults;
using PeerCompute.Simulator.Nodes;

namespace PeerCompute.Simulator.Tests.Faults;

/// <summary>Faults that a scenario names or its seed draws: what each does, and that a run without them is the run that it was.</summary>
[TestFixture]
internal sealed class FaultsTest
{
    private const string Nodes = """
        duration: 2m
        settle: 1m
        nodes:
          - { class: worker, count: 3, speed: 2000 }
          - { class: client, role: client, count: 1, speed: 3000 }
        links: { latency: 20ms, jitter: 1ms }
        jobs: { count: 2, every: 5s, tasks: 6, tasks_per_lease: 2, workers: 3, cost: 1s, deadline: 100s }

        """;

    [Test]
    public void A_swarm_is_of_its_seed_and_is_over_before_the_calm()
    {
        var kinds = new HashSet<FaultKind>();
        for (var seed = 1UL; seed <= 40; seed++)
        {
            var faults = FaultSwarm.Draw(FaultPlan.Swarm, seed, 10, 60_000_000);
            Assert.That(Texts(faults), Is.EqualTo(Texts(FaultSwarm.Draw(FaultPlan.Swarm, seed, 10, 60_000_000))));
            Assert.That(faults, Has.All.Matches<Fault>(static f => f.EndMicros <= 60_000_000 && f.Nodes.Length > 0 && f.Nodes[^1] < 10));
            Assert.That(faults, Has.All.Matches<Fault>(static f => f.Strength >= FaultKinds.Of(f.Kind).Least && f.Strength <= FaultKinds.Of(f.Kind).Most));
            Assert.That(faults.Select(static f => f.Kind).Distinct().Count(), Is.LessThan(FaultKinds.All.Length), "each run leaves something out");
            kinds.UnionWith(faults.Select(static f => f.Kind));
        }

        Assert.That(kinds, Has.Count.EqualTo(FaultKinds.All.Length));
    }

    [Test]
    public void To_forbid_a_kind_moves_no_other_and_shares_bound_strengths()
    {
        var all = Texts(FaultSwarm.Draw(FaultPlan.Swarm, 5, 10, 600_000_000));
        var most = new FaultPlan([.. FaultPlan.Swarm.Drawn.Where(static a => a.Kind != FaultKind.Crash)], []);
        var others = all.Where(static text => !text.StartsWith("crash", StringComparison.Ordinal)).ToArray();
        Assert.That(others, Has.Length.LessThan(all.Length), "seed 5 draws crashes");
        Assert.That(Texts(FaultSwarm.Draw(most, 5, 10, 600_000_000)), Is.EqualTo(others));
        var mild = Lab.Parse(Nodes + "faults: { loss: 1%, clock: 10% }\n").Faults;
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var faults = FaultSwarm.Draw(mild, seed, 4, 600_000_000);
            Assert.That(faults, Has.All.Matches<Fault>(static f => f.Kind == FaultKind.Loss ? f.Strength <= 3_000 : Math.Abs(f.Strength) <= 1_000_000));
        }
    }

    [Test]
    public void What_a_swarm_drew_can_be_given_as_a_list_with_the_same_trace()
    {
        var scenario = Lab.Parse(Nodes + "faults: swarm\n");
        using var drawn = Lab.Prepare(scenario, 3);
        using var given = Lab.Prepare(scenario with { Faults = new FaultPlan([], drawn.World.Faults) }, 3);
        using var calm = Lab.Prepare(scenario with { Faults = FaultPlan.None }, 3);
        var (a, b, c) = (drawn.Run(), given.Run(), calm.Run());
        Assert.That(a.Faults, Is.Not.Empty);
        Assert.That(b.TraceHash, Is.EqualTo(a.TraceHash));
        Assert.That(c.TraceHash, Is.Not.EqualTo(a.TraceHash));
        Assert.That(a.Violations, Is.Empty, Lab.Text(a));
    }

    [TestCase("{ kind: crash, at: 3s, for: 4s, nodes: [0, 1] }", 2)]
    [TestCase("{ kind: lost, at: 4s, for: 4s, nodes: [0], strength: 1 }", 1)]
    [TestCase("{ kind: unsaid, at: 3s, for: 10s, nodes: [3] }", 1)]
    [TestCase("{ kind: torn, at: 3s, for: 10s, nodes: [3], strength: 0 }", 1)]
    [TestCase("{ kind: full-disk, at: 3s, for: 10s, nodes: [1] }", 1)]
    public void What_kills_a_node_does_and_the_jobs_are_accepted_all_the_same(string fault, int crashes)
    {
        var result = Lab.Run(Lab.Parse($"{Nodes}faults: [{fault}]\n"), 1);
        Assert.That(result.Crashes, Is.EqualTo(crashes), Lab.Text(result));
        Assert.That(result.Violations, Is.Empty, Lab.Text(result));
        Assert.That(result.Accepted, Is.EqualTo(2), Lab.Text(result));
    }

    [TestCase("{ kind: gray, at: 0s, for: 60s, nodes: [0, 1, 2], strength: 5 }")]
    [TestCase("{ kind: slow-disk, at: 0s, for: 60s, nodes: [0, 1, 2, 3], strength: 200 }")]
    [TestCase("{ kind: loss, at: 0s, for: 30s, nodes: [3], strength: 300000 }")]
    [TestCase("{ kind: partition, at: 3s, for: 20s, nodes: [3] }")]
    [TestCase("{ kind: one-way, at: 3s, for: 20s, nodes: [3] }")]
    [TestCase("{ kind: clog, at: 2s, for: 20s, nodes: [3] }")]
    public void What_slows_a_network_delays_its_jobs(string fault)
    {
        var (calm, hit) = (Lab.Run(Lab.Parse(Nodes), 1), Lab.Run(Lab.Parse($"{Nodes}faults: [{fault}]\n"), 1));
        Assert.That(hit.Violations, Is.Empty, Lab.Text(hit));
        Assert.That(hit.Accepted, Is.EqualTo(2), Lab.Text(hit));
        Assert.That(hit.Jobs.Sum(static j => j.EndedMs - j.SubmittedMs), Is.GreaterThan(calm.Jobs.Sum(static j => j.EndedMs - j.SubmittedMs) + 1000));
    }

    [TestCase("{ kind: duplicates, at: 0s, for: 60s, nodes: [3], strength: 300000 }")]
    [TestCase("{ kind: reorder, at: 0s, for: 60s, nodes: [3], strength: 1000000 }")]
    [TestCase("{ kind: reset, at: 3s, nodes: [3] }")]
    [TestCase("{ kind: clock, at: 3s, for: 20s, nodes: [3], strength: -9000000 }")]
    public void What_upsets_a_network_changes_its_course_and_breaks_no_rule(string fault)
    {
        var (calm, hit) = (Lab.Run(Lab.Parse(Nodes), 1), Lab.Run(Lab.Parse($"{Nodes}faults: [{fault}]\n"), 1));
        Assert.That(hit.Violations, Is.Empty, Lab.Text(hit));
        Assert.That(hit.Accepted, Is.EqualTo(2), Lab.Text(hit));
        Assert.That(hit.Events, Is.Not.EqualTo(calm.Events));
    }

    [Test]
    public void Faults_that_meet_add_up_and_nothing_is_left_of_them_in_the_calm()
    {
        var many = string.Concat(Enumerable.Repeat("  - { kind: gray, at: 1s, for: 20s, nodes: [0], strength: 10 }\n", 30));
        var all = "faults:\n" + many + string.Concat(FaultKinds.All.Select(static kind => $"  - {{ kind: {kind.Name}, at: 90s, nodes: [1, 2]"
            + $"{(kind.LongestMicros > 0 ? ", for: 5m" : "")}{(kind.Unit.Length > 0 ? $", strength: {Math.Min(kind.Most, 3000)}" : "")} }}\n"));
        using var experiment = Lab.Prepare(Lab.Parse(Nodes + all), 1);
        var skews = experiment.World.Nodes.Select(static node => node.SkewMs).ToArray();
        experiment.World.RunUntil(10_000_000);
        Assert.That(experiment.World.Nodes[0].Trouble!.Slower, Is.EqualTo(1 + (30 * 9)));
        experiment.Run();
        Assert.That(experiment.World.Nodes.Select(static node => node.SkewMs), Is.EqualTo(skews));
        Assert.That(experiment.World.Nodes, Has.All.Matches<SimNode>(static node => node.Up && node.CrashPlan is null));
        foreach (var trouble in experiment.World.Nodes.Select(static node => node.Trouble).OfType<Trouble>())
        {
            Assert.That((trouble.Slower, trouble.DiskSlower, trouble.LossPpm, trouble.DuplicatePpm, trouble.JitterMicros), Is.EqualTo((1L, 1L, 0, 0, 0L)));
            Assert.That(trouble.ClogUntil, Is.LessThanOrEqualTo(experiment.World.Scenario.DurationMicros));
        }
    }

    [TestCase("faults: storm\n", "test.yaml:8: 'faults' is 'storm', expected one of swarm")]
    [TestCase("faults: { rain: 10% }\n", "key 'rain' is not known here; known are clock, clog, crash")]
    [TestCase("faults:\n  - { kind: rain, nodes: [0] }\n", "test.yaml:9: 'kind' is 'rain', expected one of partition")]
    [TestCase("faults: [{ kind: crash, nodes: [4] }]\n", "'nodes' is '4', expected a whole number from 0 to 3")]
    [TestCase("faults: [{ kind: crash }]\n", "'nodes' is missing")]
    [TestCase("faults: [{ kind: gray, nodes: [0], strength: 11 }]\n", "'strength' is '11', expected a whole number from 2 to 10")]
    [TestCase("faults: [{ kind: gray, nodes: [0] }]\n", "'strength' is missing")]
    [TestCase("faults: [{ kind: reset, for: 3s, nodes: [0] }]\n", "key 'for' is not known here")]
    public void Faults_that_make_no_sense_are_refused(string yaml, string says)
        => Assert.That(Assert.Throws<PeerComputeException>(() => Lab.Parse(Nodes + yaml))!.Message, Does.Contain(says));

    private static string[] Texts(IEnumerable<Fault> faults) => [.. faults.Select(static fault => fault.ToString())];
}
