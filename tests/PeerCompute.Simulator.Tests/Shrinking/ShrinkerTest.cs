// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Core;
using PeerCompute.Core.Events;
using PeerCompute.Simulator.Adversaries;
using PeerCompute.Simulator.Faults;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Simulator.Scenarios;
using PeerCompute.Simulator.Shrinking;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Tests.Shrinking;

/// <summary>A machine with a planted bug: what is left of a large scenario is what the bug needs.</summary>
[TestFixture]
internal sealed class ShrinkerTest
{
    private const string Large = """
        # A comment.
        parameters: { workers: 8 }
        duration: 2m
        settle: 30s
        faults: { crash: 100%, gray: 100%, loss: 30%, partition: 50%, reset: 100% }
        nodes:
          - { class: worker, count: "${workers}", speed: 2000 }
          - { class: old, count: 3, flaky: 1%, churn: { up: 50s, down: 5s } }
          - { class: client, role: client, count: 3 }
        links: { latency: [10ms, 40ms], jitter: 5ms, loss: 1% }
        jobs: { count: 12, every: 8s, tasks: [4, 8], tasks_per_lease: 2, workers: 6, cost: [500ms, 2s], deadline: 100s }
        adversaries: [{ kind: liar, count: 2 }, { kind: silent, count: 1 }]
        """;

    private static readonly ImmutableDictionary<string, string> Values = ImmutableDictionary<string, string>.Empty.Add("workers", "9");

    [Test]
    public void What_a_planted_bug_does_not_need_is_left_out_and_the_file_breaks_the_rule_again()
    {
        using var folder = new TestFolder();
        var shrunk = Shrink(folder.Path, 80, out var failed);
        var small = ScenarioReader.ReadFile(shrunk.ScenarioPath);
        Assert.That(shrunk.Rule, Is.EqualTo("exceptions"));
        Assert.That(shrunk.Runs, Is.LessThanOrEqualTo(80));
        Assert.That(small.Jobs.Count, Is.LessThanOrEqualTo(4), "of twelve");
        Assert.That(small.NodeCount, Is.LessThanOrEqualTo(6), "of fifteen");
        Assert.That(small.Adversaries, Is.Empty);
        Assert.That(small.Links.LossPpm, Is.Zero);
        Assert.That(small.Faults.Drawn, Is.Empty);
        Assert.That(small.Faults.Given.Length, Is.LessThan(failed.Faults.Length));

        var again = Run(small, failed.Seed);
        Assert.That(again.TraceHash, Is.EqualTo(shrunk.Result.TraceHash));
        Assert.That(again.Violations.Select(static v => v.Rule), Does.Contain("exceptions"));
        Assert.That(File.ReadAllText(shrunk.ScenarioPath), Does.StartWith("# Breaks the rule 'exceptions' with seed 1; cut down from large in "));
    }

    [Test]
    public void The_same_runs_give_the_same_scenario_and_few_runs_a_larger_one()
    {
        using var folder = new TestFolder();
        string Text(string name, int runs) => File.ReadAllText(Shrink(Path.Combine(folder.Path, name), runs, out _).ScenarioPath);
        var few = Text("a", 5);
        Assert.That(Text("b", 5), Is.EqualTo(few));
        Assert.That(few, Does.Contain("in 5 runs").And.Not.EqualTo(Text("c", 9)));
    }

    [Test]
    public void A_search_that_is_cut_off_leaves_a_scenario_that_breaks_the_rule_and_one_in_vain_leaves_nothing()
    {
        using var folder = new TestFolder();
        var file = folder.File("large.yaml", Large);
        var failed = Run(ScenarioReader.ReadFile(file, Values), 1);
        failed = failed with { Violations = [failed.Violations.First(static v => v.Rule == "exceptions")] };
        var into = folder.At(ShrunkFolder.Name);
        Assert.That(
            () => ShrunkFolder.Write(file, Values, failed, folder.Path, Machine, 80, (runs, _) => Cut(runs >= 8)),
            Throws.TypeOf<OperationCanceledException>());
        var left = ScenarioReader.ReadFile(Path.Combine(into, "large.yaml"));
        Assert.That(Run(left, 1).Violations.Select(static v => v.Rule), Does.Contain("exceptions"));
        Assert.That(Directory.GetFiles(into), Has.Length.EqualTo(1));

        Assert.That(ShrunkFolder.Write(file, Values, failed, folder.Path, SimulatorRun.Honest, 80, null), Is.Null);
        Assert.That(Directory.Exists(into), Is.False);

        static void Cut(bool now)
        {
            if (now) throw new OperationCanceledException();
        }
    }

    [Test]
    public void Anchors_of_one_name_stay_what_they_were()
    {
        using var folder = new TestFolder();
        folder.File("base.yaml", "nodes: [&w { class: w, count: 3 }, { class: c, role: client }]\n");
        var path = folder.File("top.yaml", "include: base.yaml\njobs: &w { count: 1 }\n");
        var tree = ScenarioTree.Of(ScenarioSource.Open(path, Values.Clear()).Source.Root);
        Assert.That(ScenarioReader.Read("x.yaml", System.Text.Encoding.UTF8.GetBytes(tree.ToString())).NodeCount, Is.EqualTo(4));
        Assert.That(tree.ToString(), Does.Not.Contain("*w"));
    }

    [Test]
    public void Nodes_that_are_left_out_take_their_faults_along()
    {
        var tree = new ScenarioTree("nodes: []\n");
        tree.Give([new Fault(FaultKind.Crash, 1, 2, [1, 4, 6], 0), new Fault(FaultKind.Gray, 3_000_000_000, 4, [4], 5)]);
        tree.LeaveOut(3, 2);
        var faults = tree.ToString();
        Assert.That(faults, Does.Contain("at: 1us").And.Contain("nodes: [1, 4]").And.Not.Contain("gray"));
        tree.LeaveOut(0, 9);
        Assert.That(tree.Items("faults"), Is.Zero);
    }

    private static ShrinkResult Shrink(string folder, int runs, out SimulationResult failed)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, "large.yaml");
        File.WriteAllText(file, Large);
        failed = Run(ScenarioReader.ReadFile(file, Values), 1);
        Assert.That(failed.Violations.Select(static v => v.Rule), Does.Contain("exceptions"), Lab.Text(failed));
        failed = failed with { Violations = [failed.Violations.First(static v => v.Rule == "exceptions")] };
        return ShrunkFolder.Write(file, Values, failed, folder, Machine, runs, null)!;
    }

    private static SimulationResult Run(Scenario scenario, ulong seed)
    {
        using var experiment = new Experiment(scenario, seed, Machine);
        return experiment.Run();
    }

    private static INodeMachine Machine(MachineSite site) => new Weak(SimulatorRun.Honest(site), site.Life);

    /// <summary>Throws when it gets an award in a life after its first.</summary>
    private sealed class Weak(INodeMachine honest, int life) : MachineWrapper(honest)
    {
        protected override NodeEvent In(NodeEvent e)
            => life > 1 && e is EntriesCame came && came.Message.Items.Any(static item => item.Entry.Body is Award)
                ? throw new InvalidOperationException("planted") : e;
    }
}
