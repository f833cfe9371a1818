// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Overlays;
using PeerCompute.Simulator.Tests.Events;

namespace PeerCompute.Simulator.Tests.Overlays;

[TestFixture]
internal sealed class OverlayTest
{
    private const string Gossip = "duration: 20s\nlinks: { latency: [10ms, 90ms], jitter: 20ms, loss: 2%, bandwidth_mbit: 5 }\n"
        + "overlay: { nodes: 60, gossip: { topology: dials, degree: 5, silent: 20%, "
        + "validation: [0ms, 30ms], messages: { publishers: 3, count: 8, bytes: 900 } } }\n";

    private const string Dht = "duration: 5m\nlinks: { jitter: 3ms }\noverlay: { nodes: 60, dht: { tables: join, contacts: 2, "
        + "lookups: { count: 40, first: 3m, every: 1s }, provides: { count: 10, first: 3m, every: 1s }, check: 20s, "
        + "churn: { share: 30%, up: 100s, down: 20s } } }\n";

    [TestCase(Gossip)]
    [TestCase(Dht)]
    public void A_run_is_a_function_of_scenario_and_seed_whatever_the_queue(string yaml)
    {
        var scenario = Lab.Parse(yaml);
        var one = new OverlayRun(scenario, 1).Run();
        var same = new OverlayRun(scenario, 1, new SortedQueue()).Run();
        var other = new OverlayRun(scenario, 2).Run();
        Assert.That(same.TraceHash, Is.EqualTo(one.TraceHash));
        Assert.That(same.Figures, Is.EqualTo(one.Figures));
        Assert.That(other.TraceHash, Is.Not.EqualTo(one.TraceHash));
    }

    [Test]
    public void Nodes_of_a_dht_that_join_through_few_find_each_other()
    {
        var figures = new OverlayRun(Lab.Parse(Dht.Replace("share: 30%", "share: 0%", StringComparison.Ordinal)), 3).Run().Figures;
        Assert.That(figures.Single(static f => f.Name == "lookup_exact_share").Value, Is.EqualTo(1));
        Assert.That(figures.Single(static f => f.Name == "holders_holding_p50").Value, Is.EqualTo(20).Within(1));
    }

    [Test]
    public void A_run_leaves_files_that_say_what_came_of_it()
    {
        using var folder = new TestFolder();
        var (file, results) = (folder.File("small.yaml", Gossip), folder.At("out"));
        var result = SimulatorRun.Run(file, 1, results, null);
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(results, "manifest.json")))!;
        Assert.That((string)manifest["traceHash"]!, Is.EqualTo(result.TraceHash));
        Assert.That((double)manifest["figures"]!["delivered_share"]!, Is.EqualTo(result.Figures.Single(static f => f.Name == "delivered_share").Value));
        Assert.That(File.ReadLines(Path.Combine(results, "metrics.csv")).First(), Does.StartWith("seconds,events,publish"));
        Assert.That(File.ReadLines(Path.Combine(results, "times.csv")).Count(), Is.EqualTo(1001));
        Assert.That(File.ReadAllText(Path.Combine(results, "report.html")), Does.Contain("latency p99 ms").And.Contain("<svg"));
    }

    [TestCase(10, 3)]
    [TestCase(1000, 8)]
    [TestCase(500, 20)]
    public void A_regular_graph_gives_each_node_as_many_links_and_none_twice(int nodes, int degree)
    {
        var links = new Topology(TopologyKind.Regular, degree, []).Draw(nodes, new Choices(5));
        var degrees = new int[nodes];
        foreach (var (a, b) in links)
        {
            degrees[a]++;
            degrees[b]++;
            Assert.That(a, Is.Not.EqualTo(b));
        }

        Assert.That(degrees, Is.All.EqualTo(degree));
        Assert.That(links.Select(static l => (Math.Min(l.Dialler, l.Dialled), Math.Max(l.Dialler, l.Dialled))), Is.Unique);
    }

    /// <summary>One shuffle in seventy leaves four nodes with links that no swap mends.</summary>
    [Test]
    public void A_regular_graph_of_few_nodes_is_found_with_any_seed()
    {
        for (var seed = 1UL; seed <= 500; seed++)
        {
            var links = new Topology(TopologyKind.Regular, 2, []).Draw(4, new Choices(seed));
            Assert.That(links.Select(static l => (Math.Min(l.Dialler, l.Dialled), Math.Max(l.Dialler, l.Dialled))), Is.Unique, $"seed {seed}");
            Assert.That(links.Select(static l => l.Dialler == l.Dialled), Is.All.False, $"seed {seed}");
        }
    }

    [TestCase("0s")]
    [TestCase("60s")]
    public void Who_leaves_a_dht_for_good_does_not_come_back(string at)
    {
        var run = new OverlayRun(Lab.Parse(Dht.Replace("share: 30%,", "share: 100%,", StringComparison.Ordinal)
            .Replace("check: 20s, ", $"check: 20s, leave: {{ at: {at}, share: 100% }}, ", StringComparison.Ordinal)), 1);
        run.Run();
        var before = run.Rows.Where(static r => r.AtMicros < 60_000_000).Select(static r => r.Row[0]).ToArray();
        Assert.That(before.Max(), at == "0s" ? Is.Zero : Is.Positive);
        Assert.That(run.Rows.Where(static r => r.AtMicros >= 60_000_000).Select(static r => r.Row[0]), Is.All.Zero);
    }

    /// <summary>Contacts of one that starts are up; a table that is given knows half of the others as gone.</summary>
    [Test]
    public void Only_who_is_up_when_a_dht_begins_has_a_perfect_table()
    {
        var world = new DhtStudy(Lab.Parse("duration: 100h\noverlay: { nodes: 60, dht: { tables: perfect, contacts: 1, k: 2, refresh: 720h, "
            + "first_refresh: 720h, churn: { up: 10h, down: 10h } } }\n"), 1);
        world.RunUntil(0);
        var first = Enumerable.Range(0, world.Count).Where(i => world.Node(i) is not null).ToHashSet();
        Assert.That(first.Select(i => world.Node(i)!.Contacts), Is.All.GreaterThan(2));
        while (first.Count < world.Count)
        {
            world.RunUntil(world.Now + 60_000_000);
            foreach (var node in Enumerable.Range(0, world.Count).Where(i => world.Node(i) is not null && first.Add(i)))
                Assert.That(world.Node(node)!.Contacts, Is.LessThanOrEqualTo(2));
        }
    }

    [TestCase("overlay: { nodes: 9 }\n", "'overlay' holds one of 'gossip' and 'dht'")]
    [TestCase("overlay: { nodes: 9, gossip: { degree: 3 } }\n", "'degree' is 3: 9 nodes times it is even")]
    [TestCase("overlay: { nodes: 9, gossip: { topology: dials, degree: 9 } }\n", "'degree' is 9, there are 9 nodes")]
    [TestCase("duration: 20s\noverlay: { nodes: 16, gossip: { messages: { count: 11 } } }\n", "'messages' has its last one at 20 s, but the run ends at 20 s")]
    [TestCase("overlay: { nodes: 9, gossip: { topology: edges } }\n", "'edges' is missing")]
    [TestCase("overlay: { nodes: 10, gossip: { degree: 4, mesh: { d: 3 } } }\n", "d_lo <= d <= d_hi")]
    [TestCase("overlay: { nodes: 9, dht: {} }\njobs: { count: 1 }\n", "key 'jobs' is not known")]
    [TestCase("overlay: { nodes: 9, dht: {} }\nlinks: { reset: 10s }\n", "'reset' is not known in an overlay")]
    [TestCase("overlay: { nodes: 9, dht: { k: 65 } }\n", "'k' is '65'")]
    public void What_is_no_overlay_is_refused(string yaml, string expected)
        => Assert.That(Assert.Throws<PeerComputeException>(() => Lab.Parse(yaml))!.Message, Does.Contain(expected));
}
