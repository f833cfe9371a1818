// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Matching;
using PeerCompute.Simulator.Tests.Events;

namespace PeerCompute.Simulator.Tests.Matching;

[TestFixture]
internal sealed class MatchingTest
{
    private const string Crowd = "matching: KIND\nprobe_ratio: 2\nduration: 5m\nsettle: 1m\nlinks: { latency: [10ms, 80ms], jitter: 5ms, loss: 1% }\n"
        + "nodes:\n  - { class: fast, count: 8, speed: 2000, slots: 2, price: 900, flaky: 1%, churn: { share: 50%, up: 60s, down: 20s } }\n"
        + "  - { class: slow, count: 8, speed: 500, slots: 1, price: 600 }\n  - { class: dear, count: 4, price: 20000 }\n"
        + "  - { class: client, role: client, count: 3 }\njobs: { count: 40, every: 5s, tasks: [1, 12], cost: [500ms, 2s], deadline: 3m }\n";

    private static readonly string[] Baselines = [.. Enum.GetNames<MatchingKind>().Skip(1).Select(static name => name.ToLowerInvariant())];

    [TestCaseSource(nameof(Baselines))]
    public void A_run_is_a_function_of_scenario_and_seed_whatever_the_queue(string kind)
    {
        var scenario = Lab.Parse(Of(kind));
        var (one, same) = (new MatchingRun(scenario, 1).Run(), new MatchingRun(scenario, 1, new SortedQueue()).Run());
        Assert.That(same.TraceHash, Is.EqualTo(one.TraceHash));
        Assert.That(same.Figures, Is.EqualTo(one.Figures));
        Assert.That(same.Jobs, Is.EqualTo(one.Jobs));
        Assert.That(new MatchingRun(scenario, 2).Run().TraceHash, Is.Not.EqualTo(one.TraceHash));
    }

    [TestCaseSource(nameof(Baselines))]
    public void Every_task_is_done_though_workers_come_and_go_and_children_die(string kind)
    {
        var run = new MatchingRun(Lab.Parse(Of(kind)), 1);
        var result = run.Run();
        Assert.That(result.Accepted, Is.EqualTo(40));
        Assert.That(result.Jobs.All(static job => job.TasksAccepted == job.Tasks));
        Assert.That(result.Jobs.Sum(static job => job.Leases), Is.GreaterThan(result.Jobs.Sum(static job => job.Tasks)), "some were placed twice");
        Assert.That(run.World.Workers.All(static worker => worker.Held == 0 && worker.Queue.Count == 0));
        Assert.That(run.World.Runs.All(static task => task.PriceMicro < 10_000), "nobody is paid above the ceiling");
    }

    [Test]
    public void All_kinds_have_the_same_jobs_and_costs_as_the_market()
    {
        const string calm = "matching: KIND\nduration: 2m\nlinks: { latency: [10ms, 10ms], jitter: 0ms }\nnodes:\n"
            + "  - { class: worker, count: 6 }\n  - { class: client, role: client, count: 2, speed: 100000 }\n"
            + "jobs: { count: 5, every: 5s, tasks: [1, 9], cost: [1s, 3s], workers: 6, tasks_per_lease: 1 }\n";
        var market = Lab.Run(Lab.Parse(calm.Replace("KIND", "market", StringComparison.Ordinal)), 1);
        var ideal = new MatchingRun(Lab.Parse(calm.Replace("KIND", "ideal", StringComparison.Ordinal)), 1);
        var result = ideal.Run();
        Assert.That(market.Accepted, Is.EqualTo(5));
        Assert.That(result.Jobs.Select(static job => (job.Client, job.Tasks)), Is.EqualTo(market.Jobs.Select(static job => (job.Client, job.Tasks))));
        Assert.That(ideal.World.Jobs.Sum(static job => (long)job.OwedMicro), Is.EqualTo((long)market.OwedMicro));
        var slowdown = market.Figures.Single(static f => f.Name == "slowdown_mean").Value;
        Assert.That(slowdown, Is.GreaterThan(1).And.LessThan(3));
        Assert.That(result.Figures.Single(static f => f.Name == "slowdown_mean").Value, Is.EqualTo(1));
        var more = result.Figures.Select(static f => f.Name).Except(market.Figures.Select(static f => f.Name));
        Assert.That(more, Is.EquivalentTo(new[] { "placed_most", "placed_jain" }));
    }

    /// <summary>One task of two seconds, one worker, 100 ms one way: each way of matching takes the messages that it takes.</summary>
    [TestCase("ideal", 2_000, 0)]
    [TestCase("random", 2_200, 2)] // task, done
    [TestCase("choices", 2_400, 4)] // question, answer before them
    [TestCase("batch", 2_400, 4)]
    [TestCase("broadcast", 2_400, 4)]
    [TestCase("sparrow", 2_400, 6)] // two places, the turn of one, the task, the other place given back, done
    [TestCase("central", 2_300, 5)] // the worker says hello; job, task, done, and free
    public void A_task_takes_its_cost_and_the_way_of_its_messages(string kind, int milliseconds, int messages)
    {
        var scenario = Lab.Parse($"matching: {kind}\nprobe_ratio: 2\nstart: 1ms\nduration: 1m\nlinks: {{ latency: [100ms, 100ms], jitter: 0ms }}\nnodes:\n"
            + "  - { class: worker, count: 1, slots: 1 }\n  - { class: client, role: client, count: 1 }\n"
            + "jobs: { count: 1, tasks: 1, cost: 2s }\n");
        var run = new MatchingRun(scenario, 1);
        var job = run.Run().Jobs.Single();
        Assert.That(job.EndedMs - job.SubmittedMs, Is.EqualTo(milliseconds));
        Assert.That(run.World.Messages, Is.EqualTo(messages));
    }

    [Test]
    public void A_job_that_is_not_done_in_time_expires_and_is_not_begun_any_more()
    {
        var scenario = Lab.Parse("matching: random\nduration: 2m\nnodes:\n  - { class: worker, count: 1, slots: 1 }\n"
            + "  - { class: client, role: client, count: 1 }\njobs: { count: 1, tasks: 10, cost: 2s, deadline: 7s }\n");
        var run = new MatchingRun(scenario, 1);
        var job = run.Run().Jobs.Single();
        Assert.That((job.State, job.TasksAccepted, job.EndedMs - job.SubmittedMs), Is.EqualTo(("Expired", 3, 7000)));
        Assert.That(run.World.Runs, Has.Count.EqualTo(4));
    }

    [Test]
    public void A_task_that_comes_when_its_job_has_expired_keeps_no_slot_of_the_one_queue()
    {
        // A job and its task take a second, more or less, to come to the only worker, and have one.
        var scenario = Lab.Parse("matching: central\nduration: 2m\nlinks: { latency: [480ms, 480ms], jitter: 40ms }\nnodes:\n"
            + "  - { class: worker, count: 1, slots: 1 }\n  - { class: client, role: client, count: 1 }\n"
            + "jobs: { count: 40, every: 2s, tasks: 1, cost: 1ms, deadline: 1s }\n");
        var run = new MatchingRun(scenario, 1);
        run.Run();
        Assert.That(run.World.Runs, Has.Count.InRange(5, 35));
    }

    [TestCase("matching: fifo\n", "expected one of market, random, choices, batch, sparrow, broadcast, central, ideal")]
    [TestCase("matching: ideal\nprobe_ratio: 0\n", "expected a whole number from 1 to 1000")]
    [TestCase("matching: ideal\nadversaries: [{ kind: liar }]\n", "are not known to baselines")]
    [TestCase("matching: ideal\nlinks: { partitions: [{ at: 1s }] }\n", "has partitions")]
    [TestCase("matching: ideal\nprobes: [{ of: jobs.open }]\n", "look at machines")]
    [TestCase("matching: ideal\nfaults: swarm\n", "are not known to baselines")]
    public void What_baselines_do_not_know_is_refused(string more, string complaint)
    {
        const string rest = "nodes: [{ class: worker }, { class: client, role: client }]\njobs: { count: 1 }\n";
        Assert.That(() => Lab.Parse(more + rest), Throws.TypeOf<PeerComputeException>().With.Message.Contains(complaint));
    }

    [Test]
    public void Matching_without_jobs_and_a_shape_without_a_scale_are_refused()
    {
        const string nodes = "nodes: [{ class: worker }, { class: client, role: client }]\n";
        Assert.That(() => Lab.Parse("matching: ideal\n" + nodes), Throws.TypeOf<PeerComputeException>().With.Message.Contains("nothing to match"));
        Assert.That(() => Lab.Parse(nodes + "jobs: { count: 1, cost: [1s, 2s], cost_shape: 1 }\n"),
            Throws.TypeOf<PeerComputeException>().With.Message.Contains("one value beside"));
    }

    [Test]
    public void A_baseline_leaves_the_files_of_a_run_with_jobs()
    {
        using var folder = new TestFolder();
        var results = folder.At("out");
        var result = SimulatorRun.Run(folder.File("crowd.yaml", Of("sparrow")), 1, results, null);
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(results, "manifest.json")))!;
        Assert.That((int)manifest["accepted"]!, Is.EqualTo(40));
        Assert.That((double)manifest["figures"]!["jain_10s"]!, Is.EqualTo(result.Figures.Single(static f => f.Name == "jain_10s").Value));
        Assert.That(File.ReadLines(Path.Combine(results, "jobs.csv")).Count(), Is.EqualTo(41));
        Assert.That(File.ReadAllText(Path.Combine(results, "report.html")), Does.Contain("slots busy").And.Contain("Response times"));
    }

    private static string Of(string kind) => Crowd.Replace("KIND", kind, StringComparison.Ordinal);
}
