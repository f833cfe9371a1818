// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Probes;
using PeerCompute.Simulator.Reports;
using PeerCompute.Simulator.Results;

namespace PeerCompute.Simulator.Tests.Probes;

/// <summary>Probes look at every node of their class when they should, and change nothing.</summary>
[TestFixture]
internal sealed class ProbesTest
{
    private const string World = """
        duration: 30s
        settle: 10s
        bootstrap: 2
        nodes:
          - { class: relay, role: relay, count: 2 }
          - { class: worker, count: 4, slots: 2 }
          - { class: client, role: client, count: 1 }
        links: { latency: 20ms, jitter: 1ms }
        jobs: { count: 2, first: 10s, every: 1s, tasks: 8, tasks_per_lease: 2, parallel: 4, cost: 1s, deadline: 25s, discovery: true }

        """;

    [Test]
    public void Each_quantity_is_measured_and_the_run_is_the_one_without_probes()
    {
        var probes = string.Concat(ProbeQuantity.Names.Select(static (name, i) => $"  - {{ of: {name}, every: {(i % 3) + 2}s }}\n"));
        using var plain = Lab.Prepare(Lab.Parse(World), 1);
        using var probed = Lab.Prepare(Lab.Parse($"{World}probes:\n{probes}"), 1);
        Assert.That(probed.Run().TraceHash, Is.EqualTo(plain.Run().TraceHash));
        Assert.That(plain.Probes.IsEmpty, Is.True);
        var rows = Rows(probed);
        foreach (var name in ProbeQuantity.Names.Where(static name => name != "journal.waiting"))
            Assert.That(rows.Where(row => row[1] == name).Max(static row => long.Parse(row[7])), Is.Positive, name);
        var times = rows.Where(static row => row[1] == "gossip.mesh").Select(static row => row[0]);
        Assert.That(times, Is.EqualTo(Enumerable.Range(1, 20).Select(static i => $"{2 * i}.000")));
    }

    [Test]
    public void Quantiles_are_over_the_nodes_of_the_class()
    {
        using var experiment = Lab.Prepare(Lab.Parse(World + "probes: [{ name: slots, of: sandbox.busy, class: worker, every: 500ms }]\n"), 1);
        experiment.Run();
        var rows = Rows(experiment);
        Assert.That(rows, Has.Count.EqualTo(80));
        Assert.That(rows.Select(static row => (row[1], row[2])), Has.All.EqualTo(("slots", "4")));
        Assert.That(rows.Select(static row => row[7]), Does.Contain("100").And.Contain("0"));
        Assert.That(rows, Has.All.Matches<string[]>(static row => int.Parse(row[4]) <= int.Parse(row[5]) && int.Parse(row[5]) <= int.Parse(row[6])));
    }

    [Test]
    public void A_run_leaves_its_probes_as_a_table_and_as_figures()
    {
        using var folder = new TestFolder();
        var file = folder.File("probed.yaml", World + "probes: [{ name: degree, of: gossip.mesh, every: 2s }]\n");
        SimulatorRun.Run(file, 1, folder.At("out"), null);
        Assert.That(RunFolder.Read(folder.At("out")).Table(ProbeTable.FileName).Rows, Has.Count.EqualTo(20));
        Assert.That(File.ReadAllText(folder.At("out", "report.html")), Does.Contain("probe-degree"));
        Assert.That(ProbeCharts.Of(RunFolder.Read(folder.At("out"))).Single().Series, Has.Count.EqualTo(4));
    }

    [TestCase("probes: [{ of: weather }]\n", "'of' is 'weather', expected one of gossip.mesh")]
    [TestCase("probes: [{ of: jobs.open, class: miner }]\n", "'class' is 'miner', expected one of relay, worker, client")]
    [TestCase("probes: [{ of: jobs.open }, { of: jobs.open }]\n", "'jobs.open' is another probe's name too")]
    [TestCase("probes: [{ of: jobs.open, name: 'a,b' }]\n", "'name' is 'a,b', expected letters")]
    [TestCase("probes: [{ of: jobs.open, every: 0s }]\n", "'every' is '0s'")]
    [TestCase("duration: 240h\nprobes: [{ of: jobs.open, every: 1s }]\n", "at most 100000 are allowed")]
    public void Probes_that_make_no_sense_are_refused(string yaml, string says)
    {
        var world = yaml.StartsWith("duration", StringComparison.Ordinal) ? World.Replace("duration: 30s\n", "", StringComparison.Ordinal) : World;
        Assert.That(Assert.Throws<PeerComputeException>(() => Lab.Parse(world + yaml))!.Message, Does.Contain(says));
    }

    private static List<string[]> Rows(Experiment experiment)
        => [.. experiment.Probes.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(static line => line.Split(','))];
}
