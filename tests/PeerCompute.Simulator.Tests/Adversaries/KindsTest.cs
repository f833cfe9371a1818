// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Adversaries;

namespace PeerCompute.Simulator.Tests.Adversaries;

/// <summary>Each kind of adversary does what it is named for, and the others' rules hold.</summary>
[TestFixture]
internal sealed class KindsTest
{
    private const string Market = """
        name: market
        duration: 9m
        settle: 3m
        nodes:
          - { class: worker, count: 12, price: 1000 }
          - { class: client, role: client, count: 3, speed: 4000 }
        links: { latency: [10ms, 60ms], jitter: 5ms }
        jobs: { count: 6, every: 10s, tasks: [6, 12], tasks_per_lease: 2, parallel: 3, workers: 8, cost: [300ms, 2s], deadline: 8m }
        adversaries: [{ KIND }]
        """;

    private const string Mesh = """
        name: mesh
        start: 5s
        duration: 150s
        settle: 40s
        bootstrap: 2
        nodes:
          - { class: relay, role: relay, count: 2 }
          - { class: worker, count: 37, price: 900 }
          - { class: client, role: client, count: 1 }
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
        adversaries: [{ KIND }]
        """;

    private static IEnumerable<string> WithoutMesh => AdversaryKinds.All.Values.Where(static kind => !kind.NeedsMesh).Select(static kind => kind.Kind);

    [TestCaseSource(nameof(WithoutMesh))]
    public void Every_kind_acts_breaks_no_rule_of_others_and_stops_no_honest_job(string kind)
        => Act(kind, kind switch { "sleeper" => "after: 5s", "garbage" => "share: 100%", _ => "" });

    [TestCase("withholder", "withholds: opening")]
    [TestCase("miser", "withholds: reveal")]
    [TestCase("miser", "withholds: close")]
    [TestCase("skewer", "offset: 30s")]
    [TestCase("sleeper", "after: 0ms, leases: 1")]
    public void So_it_does_with_other_parameters(string kind, string keys) => Act(kind, keys);

    [TestCase("poisoner", "count: 9")]
    [TestCase("eclipse", "count: 9")]
    [TestCase("spammer", "count: 3")]
    public void In_a_mesh_it_acts_and_the_job_is_done(string kind, string keys)
    {
        for (var seed = 1UL; seed <= 3; seed++)
        {
            var (result, _) = Run(Mesh, $"kind: {kind}, {keys}", seed);
            TestContext.Out.WriteLine($"{result.Adversaries[kind]} {Lab.Text(result)}");
            Assert.That(result.Violations, Is.Empty, Lab.Text(result));
            Assert.That(result.Adversaries[kind].Done, Is.Positive);
            Assert.That(result.Accepted, Is.EqualTo(1), Lab.Text(result));
        }
    }

    [Test]
    public void Who_signed_two_entries_is_trusted_by_no_later_life_of_the_client_either()
    {
        using var experiment = Lab.Prepare(Lab.Parse(Market.Replace("KIND", "kind: equivocator, count: 3", StringComparison.Ordinal)), 1);
        experiment.Run();
        var convicted = 0;
        foreach (var client in experiment.World.Nodes.Where(static node => node.Class.Client))
        {
            var later = client.Restarted()!;
            foreach (var job in client.Machine!.Jobs())
            {
                var workers = client.Machine.Explain(job.JobId)!.Workers;
                var lines = workers.Where(static line => line.Contains("signed two entries", StringComparison.Ordinal)).ToList();
                convicted += lines.Count;
                Assert.That(later.Explain(job.JobId)!.Workers, Is.SupersetOf(lines));
            }
        }

        Assert.That(convicted, Is.Positive);
    }

    [TestCase("ring")]
    [TestCase("swarm")]
    [TestCase("lazy")]
    public void Where_replicas_confirm_a_lie_is_accepted_where_all_of_a_range_tell_it_and_only_there(string kind)
    {
        var world = Market.Replace("deadline: 8m }", "deadline: 8m, verification: { replicas: 2 } }", StringComparison.Ordinal);
        Deeds sum = new(0, 0, 0, 0, 0);
        for (var seed = 1UL; seed <= 3; seed++)
        {
            var (result, _) = Run(world, $"kind: {kind}, count: 6", seed);
            Assert.That(result.Violations, Is.Empty, "the rule knows who lied together: " + Lab.Text(result));
            var deeds = result.Adversaries[kind];
            sum = new Deeds(6, sum.Done + deeds.Done, sum.Planted + deeds.Planted, sum.Judged + deeds.Judged, sum.Found + deeds.Found);
        }

        TestContext.Out.WriteLine(sum.ToString());
        Assert.That(sum.Found, Is.Positive.And.LessThan(sum.Judged), sum.ToString());
    }

    [Test]
    public void A_copier_has_nothing_to_copy_before_its_own_commit()
    {
        var world = Market.Replace("deadline: 8m }", "deadline: 8m, verification: { replicas: 2 } }", StringComparison.Ordinal);
        var (alone, _) = Run(Market, "kind: copier, count: 6");
        var (among, _) = Run(world, "kind: copier, count: 6");
        Assert.That(alone.Adversaries["copier"], Is.EqualTo(new Deeds(6, 0, alone.Planted, alone.Judged, alone.Judged)), "all were guesses, and found");
        Assert.That(among.Adversaries["copier"].Done, Is.Zero);
        Assert.That(alone.Judged, Is.Positive);
    }

    [Test]
    public void A_miser_keeps_what_it_owes_and_its_workers_are_left_with_an_open_lease()
    {
        var (result, cast) = Run(Market, "kind: miser, count: 1");
        var (cheated, paid) = (result.Jobs.Where(job => !cast.IsHonest(job.Client)).ToArray(), result.Jobs.Where(job => cast.IsHonest(job.Client)).ToArray());
        Assert.That(cheated.Select(static job => (job.State, job.LeasesSettled)), Is.All.EqualTo(("Accepted", 0)));
        Assert.That(cheated, Is.Not.Empty);
        Assert.That(paid.All(static job => job.LeasesSettled == job.Leases), Is.True);
    }

    [TestCase("kind: liar, times: 3", "key 'times' is not known here")]
    [TestCase("kind: honest", "expected one of copier, crasher, eclipse")]
    [TestCase("kind: slow, times: 1", "expected a whole number from 2")]
    [TestCase("kind: liar, count: 13", "drawn from workers add up to 13, there are 12 workers")]
    [TestCase("kind: miser, count: 4", "drawn from clients add up to 4, there are 3 clients")]
    [TestCase("kind: skewer, count: 16", "drawn from nodes add up to 16, there are 15 nodes")]
    [TestCase("kind: spammer", "nothing to do without a mesh")]
    public void What_a_kind_does_not_know_is_refused(string adversary, string words)
        => Assert.That(() => Run(Market, adversary), Throws.TypeOf<PeerComputeException>().With.Message.Contains(words));

    [Test]
    public void Every_kind_stands_in_the_docs_and_in_a_sample()
    {
        var docs = File.ReadAllText(Path.Combine(Lab.Root, "docs", "simulator.md"));
        var samples = File.ReadAllText(Lab.Sample("crooks")) + File.ReadAllText(Lab.Sample("crooked-mesh"));
        foreach (var kind in AdversaryKinds.All.Keys)
        {
            Assert.That(docs, Does.Contain($"| `{kind}` |"));
            Assert.That(samples, Does.Contain($"kind: {kind},"));
        }
    }

    [Test]
    public void Gangs_and_counts_do_not_depend_on_lanes()
    {
        var idle = Lab.Parse(Mesh.Replace("KIND", "kind: eclipse, count: 9", StringComparison.Ordinal));
        idle = idle with { Jobs = idle.Jobs with { Count = 0 }, DurationMicros = 40_000_000 };
        using var one = new Experiment(idle, 1, SimulatorRun.Honest);
        using var two = new Experiment(idle, 1, SimulatorRun.Honest, lanes: 2);
        var (a, b) = (one.Run(), two.Run());
        Assert.That(b.TraceHash, Is.EqualTo(a.TraceHash));
        Assert.That(b.Adversaries["eclipse"], Is.EqualTo(a.Adversaries["eclipse"]));
        Assert.That(a.Adversaries["eclipse"].Done, Is.Positive);
    }

    private static void Act(string kind, string keys)
    {
        var count = AdversaryKinds.All[kind].From == Players.Clients ? 1 : 3;
        var (result, cast) = Run(Market, $"kind: {kind}, count: {count}{(keys.Length > 0 ? ", " : "")}{keys}");
        TestContext.Out.WriteLine($"{result.Adversaries[kind]} {Lab.Text(result)}");
        Assert.That(result.Violations, Is.Empty, Lab.Text(result));
        Assert.That(result.Adversaries.Keys, Is.EqualTo(new[] { kind }));
        Assert.That(result.Adversaries[kind].Nodes, Is.EqualTo(count));
        var honest = result.Jobs.Where(job => cast.IsHonest(job.Client)).ToArray();
        Assert.That(honest, Is.Not.Empty);
        Assert.That(honest.Select(static job => job.State), Is.All.EqualTo("Accepted"), Lab.Text(result));
        Assert.That(result.Found, Is.EqualTo(result.Judged), "who recomputes all accepts no lie");
        if (kind != "copier") Assert.That(result.Adversaries[kind].Done, Is.Positive);
    }

    private static (SimulationResult Result, Cast Cast) Run(string world, string adversary, ulong seed = 1)
    {
        var scenario = Lab.Parse(world.Replace("KIND", adversary, StringComparison.Ordinal));
        using var experiment = Lab.Prepare(scenario, seed);
        return (experiment.Run(), new Cast(scenario, seed));
    }
}
