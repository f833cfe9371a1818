// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Tests;

/// <summary>Whole networks: every checker is quiet, and what should come of the jobs comes.</summary>
[Category("Slow")]
[TestFixture]
internal sealed class NetworksTest
{
    private const string Small = """
        name: small
        duration: 6m
        settle: 2m
        nodes:
          - { class: worker, count: 4 }
          - { class: client, role: client, count: 2, speed: 4000 }
        jobs: { count: 4, every: 10s, tasks: 12, workers: 4, cost: [500ms, 2s], deadline: 5m }
        """;

    [Test]
    public void One_job_between_two_nodes_is_accepted_and_paid()
    {
        var result = Lab.Run(Lab.Read("pair"), 1);
        Assert.That(result.Violations, Is.Empty, Lab.Text(result));
        Assert.That(result.Accepted, Is.EqualTo(1), Lab.Text(result));
        Assert.That(result.OwedMicro, Is.EqualTo(4_000));
        Assert.That(result.SettledMicro, Is.EqualTo(4_000));
    }

    [Test]
    public void Fifty_nodes_on_bad_links_do_all_jobs_and_find_the_liar([Values(1UL, 2UL, 7UL)] ulong seed)
    {
        var result = Lab.Run(Lab.Read("fifty"), seed);
        Assert.That(result.Violations, Is.Empty, Lab.Text(result));
        Assert.That(result.Nodes, Is.EqualTo(50));
        Assert.That(result.Accepted, Is.EqualTo(result.Jobs.Length), Lab.Text(result));
        Assert.That(result.Crashes, Is.GreaterThan(10), "there was churn");
        Assert.That(result.Planted, Is.GreaterThan(0), "the liar lied");
        Assert.That(result.Found, Is.EqualTo(result.Judged), "no lie was accepted");
        Assert.That(result.Found, Is.GreaterThan(0));
        Assert.That(result.OwedMicro, Is.EqualTo(result.SettledMicro));
    }

    [Test]
    public void Crooks_of_every_kind_stop_no_job_and_earn_nothing_for_what_they_spoiled([Values(1UL, 2UL)] ulong seed)
    {
        var scenario = Lab.Read("crooks");
        var cast = new Simulator.Adversaries.Cast(scenario, seed);
        var result = Lab.Run(scenario, seed);
        Assert.That(result.Violations, Is.Empty, Lab.Text(result));
        Assert.That(result.Jobs.Where(job => cast.IsHonest(job.Client)).Select(static job => job.State), Is.All.EqualTo("Accepted"), Lab.Text(result));
        Assert.That(result.Found, Is.EqualTo(result.Judged));
        Assert.That(result.Found, Is.GreaterThan(0));
    }

    [Test]
    public void A_fifth_of_all_messages_lost_delays_jobs_but_ends_them([Values(1UL, 2UL, 3UL)] ulong seed)
    {
        var scenario = Lab.Parse(Small);
        var result = Lab.Run(scenario with { Links = scenario.Links with { LossPpm = 200_000, DuplicatePpm = 100_000, JitterMicros = 300_000 } }, seed);
        Assert.That(result.Violations, Is.Empty, Lab.Text(result));
        Assert.That(result.Accepted, Is.EqualTo(4), Lab.Text(result));
    }

    [Test]
    public void A_network_that_was_split_goes_on_where_it_stood()
    {
        var scenario = Lab.Parse(Small);
        var split = scenario with { Links = scenario.Links with { Partitions = [new PartitionPlan(8_000_000, 60_000_000, 500_000)] } };
        var whole = Lab.Run(scenario, 5);
        var healed = Lab.Run(split, 5);
        Assert.That(healed.Violations, Is.Empty, Lab.Text(healed));
        Assert.That(healed.Accepted, Is.EqualTo(4), Lab.Text(healed));
        Assert.That(healed.TraceHash, Is.Not.EqualTo(whole.TraceHash));
        Assert.That(healed.Jobs.Sum(j => j.EndedMs), Is.GreaterThan(whole.Jobs.Sum(j => j.EndedMs)), "the split was felt");
    }

    [Test]
    public void A_worker_that_hears_an_old_offer_still_takes_part()
    {
        const int late = 0;
        var scenario = Lab.Parse(Small);
        var experiment = Lab.Prepare(scenario with { Jobs = scenario.Jobs with { Count = 1, Tasks = new Spread(400, 400), TasksPerLease = 2 } }, 1);
        experiment.World.Script(600_000, () => experiment.World.Nodes[late].Crash());
        experiment.World.Script(200_000_000, experiment.World.Nodes[late].Start);
        var result = experiment.Run();
        Assert.That(result.Violations, Is.Empty, Lab.Text(result));
        Assert.That(experiment.World.Nodes[late].Machine!.Work(), Is.Not.Empty);
    }

    [Test]
    public void A_job_whose_worker_leaves_after_its_last_opening_is_accepted_at_the_deadline()
    {
        var pair = Lab.Read("pair") with { DurationMicros = 300_000_000 };
        for (var write = 15; write <= 24; write++)
        {
            var experiment = Lab.Prepare(pair with { Jobs = pair.Jobs with { DeadlineMicros = 10_000_000 } }, 7);
            var worker = experiment.World.Nodes[0];
            worker.Disk.OneByOne = true;
            worker.CrashPlan = new Nodes.CrashPlan(write, true, 200_000_000);
            var result = experiment.Run();
            Assert.That(result.Violations, Is.Empty, Lab.Text(result));
            Assert.That(result.Jobs[0].State, Is.EqualTo(result.Jobs[0].TasksAccepted == 4 ? "Accepted" : "Expired"), Lab.Text(result));
        }
    }

    [Test]
    public void A_program_that_fails_ends_its_job_failed_and_names_the_task()
    {
        var scenario = Lab.Parse(Small);
        var result = Lab.Run(scenario with { Jobs = scenario.Jobs with { FaultyPpm = 1_000_000 } }, 1);
        Assert.That(result.Violations, Is.Empty, Lab.Text(result));
        Assert.That(result.Jobs.Select(j => j.State), Is.All.EqualTo("Failed"));
        Assert.That(result.Jobs.Select(j => j.Cause), Is.All.Match("task [0-9]+: trap"));
    }

    [Test]
    public void A_job_that_cannot_be_done_in_time_expires_at_its_deadline()
    {
        var scenario = Lab.Parse(Small);
        var result = Lab.Run(scenario with { Jobs = scenario.Jobs with { Cost = new Spread(60_000_000, 60_000_000), DeadlineMicros = 30_000_000 } }, 1);
        Assert.That(result.Violations, Is.Empty, Lab.Text(result));
        Assert.That(result.Jobs.Select(j => j.State), Is.All.EqualTo("Expired"));
    }

    [Test]
    public void Storms_drawn_from_the_seed_break_no_rule([Range(1, 12)] int seed) => Weather(seed);

    [Test]
    [Category("Slow")]
    public void Many_more_storms_break_no_rule([Range(13, 80)] int seed) => Weather(seed);

    private static void Weather(int seed)
    {
        var result = Lab.Run(Storm.Of((ulong)seed), (ulong)seed);
        Assert.That(result.Violations, Is.Empty, Lab.Text(result));
    }
}
