// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Reports;
using PeerCompute.Simulator.Results;
using PeerCompute.Simulator.Sweeps;

namespace PeerCompute.Simulator.Tests.Reports;

[TestFixture]
internal sealed class ReportTest
{
    private const string Scenario = """
        parameters: { tasks: 2, loss: 0% }
        name: a <b> & "c"
        duration: 60s
        settle: 10s
        nodes: [{ class: w, count: 2 }, { class: c, role: client, count: 1 }]
        links: { latency: 5ms, loss: "${loss}" }
        jobs: { count: 3, every: 5s, tasks: "${tasks}", workers: 2, cost: 100ms, deadline: 50s }
        """;

    [Test]
    public async Task A_sweep_has_a_page_that_needs_nothing_else_and_figures_with_values_and_captions()
    {
        using var folder = new TestFolder();
        var scenario = folder.File("s.yaml", Scenario);
        await SweepAsync(folder.At("sweep"), scenario, "1..3", "tasks=2,3,4", "loss=0%,5%");
        Report.WritePage(folder.At("sweep"), folder.At("deep", "page.html"));
        SelfContained(File.ReadAllText(folder.At("deep", "page.html")));

        var files = Report.WritePaper(folder.At("sweep"), folder.At("paper"));
        Assert.That(files, Is.EquivalentTo(Directory.GetFiles(folder.At("paper")).Select(Path.GetFileName)));
        Assert.That(files, Has.Member("responseSeconds-mean.svg").And.Member("response-cdf.pdf").And.Member("knee.csv"));
        var values = CsvTable.Read(folder.At("paper", "responseSeconds-mean.csv"));
        Assert.That(values.Names.Skip(3), Is.EqualTo((string[])["low", "high", "n"]));
        Assert.That(values.Rows.Select(static r => $"{r[0]} {r[1]} {r[5]}"),
            Is.EqualTo((string[])["loss=0% 2 3", "loss=0% 3 3", "loss=0% 4 3", "loss=5% 2 3", "loss=5% 3 3", "loss=5% 4 3"]));
        var runs = SweepFolder.Read(folder.At("sweep")).Finished().Where(static r => r.Parameters["loss"] == "0%" && r.Parameters["tasks"] == "2");
        Assert.That(values.Numbers(2)![0], Is.EqualTo(runs.Average(static r => r.Scalars["responseSeconds.mean"])).Within(1e-9));
        Assert.That(File.ReadAllText(folder.At("paper", "responseSeconds-mean.txt")),
            Does.Contain("seeds 1..3, n = 18 runs").And.Contain("95 % interval").And.Contain(runs.First().CoreMvid).And.Contain(runs.First().CoreVersion));
        Assert.That(File.ReadAllText(folder.At("paper", "knee.svg")), Does.Not.Contain("<title").And.Not.Contain("var(--"));
    }

    [Test]
    public async Task A_sweep_of_an_overlay_has_its_figures_and_times()
    {
        using var folder = new TestFolder();
        var scenario = Path.Combine(Lab.Root, "docs", "studies", "validation", "T01.yaml");
        await SweepAsync(folder.At("sweep"), scenario, "1..2", "nodes=40,60", "messages=2");
        var files = Report.WritePaper(folder.At("sweep"), folder.At("paper"));
        Assert.That(files, Has.Member("times.svg").And.Member("events.pdf").And.No.Member("response-cdf.svg"));
        var times = CsvTable.Read(folder.At("paper", "times.csv"));
        Assert.That(times.Rows.Select(static r => r[0]).Distinct(), Is.EqualTo((string[])["messages=2, nodes=40", "messages=2, nodes=60"]));
        Assert.That(times.Numbers(times.Column("n")), Is.All.EqualTo(2));
        var shares = times.Numbers(2)!;
        Assert.That((shares.Min(), shares.Max()), Is.EqualTo((0.001, 1.0)));
    }

    [Test]
    public void A_run_has_a_page_of_its_own_and_broken_rules_stand_on_it()
    {
        using var folder = new TestFolder();
        SimulatorRun.Run(folder.File("s.yaml", Scenario), 1, folder.At("run"), null);
        var page = File.ReadAllText(folder.At("run", "report.html"));
        SelfContained(page);
        Assert.That(page, Does.Contain("None was broken").And.Contain("id=\"timeline\"").And.Contain("id=\"response-cdf\""));
        var manifest = folder.At("run", "manifest.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace(
            "\"violations\": []", "\"violations\": [{\"atMicros\": 5, \"rule\": \"heads\", \"text\": \"<script>\"}]", StringComparison.Ordinal));
        Report.WritePage(folder.At("run"), folder.At("again.html"));
        Assert.That(File.ReadAllText(folder.At("again.html")), Does.Contain("heads: &lt;script&gt;").And.Not.Contain("<script"));
    }

    [Test]
    public void Names_of_a_strangers_figures_stay_names()
    {
        using var folder = new TestFolder();
        SimulatorRun.Run(folder.File("s.yaml", Scenario), 1, folder.At("run"), null);
        string[] columns = ["../../../escaped", "x><script>alert(1)</script>", "\"\" onload=\"\"", "timeline", "a.b", "a/b", new string('n', 5000), ""];
        var metrics = folder.At("run", "metrics.csv");
        var names = string.Concat(columns.Select(static name => $",\"{name}\""));
        File.WriteAllLines(metrics, File.ReadAllLines(metrics).Select((line, i) => line + (i == 0 ? names : string.Concat(columns.Select(static _ => ",5")))));
        Report.WritePage(folder.At("run"), folder.At("page.html"));
        var page = File.ReadAllText(folder.At("page.html"));
        Assert.That(page, Does.Not.Contain("<script").And.Contain("id=\"a-b\"").And.Contain("id=\"a-b-2\"").And.Contain("id=\"timeline-2\""));
        Assert.That(Regex.Matches(page, "<figure id=\"[A-Za-z0-9_-]{1,90}\">"), Has.Count.EqualTo(Regex.Matches(page, "<figure").Count));
        var files = Report.WritePaper(folder.At("run"), folder.At("x", "y", "paper"));
        Assert.That(files, Is.Unique.And.EquivalentTo(Directory.GetFiles(folder.At("x", "y", "paper")).Select(Path.GetFileName)));
    }

    [Test]
    public void A_page_that_cannot_be_written_is_told()
    {
        using var folder = new TestFolder();
        SimulatorRun.Run(folder.File("s.yaml", Scenario), 1, folder.At("run"), null);
        Assert.That(() => Report.WritePage(folder.At("run"), folder.Path), Throws.TypeOf<PeerComputeException>().With.Property("Code").EqualTo(ErrorCode.Host));
    }

    private static async Task SweepAsync(string folder, string scenario, string seeds, params string[] settings)
    {
        using var sweep = Sweep.Open(folder, scenario, SweepPlan.Parse(seeds, settings, null));
        await sweep.RunAsync(1, (run, into, _) =>
        {
            SimulatorRun.Run(sweep.ScenarioFile, run.Seed, into, null, run.Point.Values, copy: false);
            return Task.FromResult(new SweepExit(0, ""));
        }, static _ => { }, CancellationToken.None);
    }

    private static void SelfContained(string page)
    {
        Assert.That(page, Does.Contain("a &lt;b&gt; &amp; &quot;c&quot;").And.Contain("prefers-color-scheme:dark").And.Contain("<svg"));
        Assert.That(Regex.Matches(page, "https?://[^\"]*").Select(static m => m.Value).Distinct(), Is.EqualTo((string[])["http://www.w3.org/2000/svg"]));
        Assert.That(page, Does.Not.Match("<script|<link|<img|src=|href=|@import|url\\("));
    }
}
