// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;

namespace PeerCompute.Simulator.Tests.Reports;

[TestFixture]
internal sealed class OutputFolderTest
{
    [Test]
    public void A_run_leaves_the_same_files_twice()
    {
        var folder = Directory.CreateTempSubdirectory("pc-sim-");
        try
        {
            var (a, b) = (Path.Combine(folder.FullName, "a"), Path.Combine(folder.FullName, "b"));
            var result = SimulatorRun.Run(Lab.Sample("pair"), 1, a, null);
            SimulatorRun.Run(Lab.Sample("pair"), 1, b, null);
            foreach (var name in new[] { "metrics.csv", "jobs.csv", "events.ndjson", "report.html" })
            {
                Assert.That(File.ReadAllText(Path.Combine(a, name)), Is.Not.Empty.And.EqualTo(File.ReadAllText(Path.Combine(b, name))), name);
            }

            var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(a, "manifest.json")))!;
            Assert.That((string)manifest["traceHash"]!, Is.EqualTo(result.TraceHash));
            Assert.That((ulong)manifest["seed"]!, Is.EqualTo(1UL));
            Assert.That(File.ReadAllText(Path.Combine(a, "report.html")), Does.Contain("None was broken").And.Contain("<svg"));
            Assert.That(File.ReadLines(Path.Combine(a, "jobs.csv")).Count(), Is.EqualTo(2));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void Results_take_the_place_of_those_of_another_kind()
    {
        using var folder = new TestFolder();
        var overlay = Path.Combine(Lab.Root, "docs", "studies", "validation", "T01.yaml");
        var small = new Dictionary<string, string> { ["nodes"] = "40", ["messages"] = "1" };
        string[] Tables() => [.. Directory.GetFiles(folder.Path, "*.csv").Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        SimulatorRun.Run(Lab.Sample("pair"), 1, folder.Path, null);
        SimulatorRun.Run(overlay, 1, folder.Path, null, small);
        Assert.That(Tables(), Is.EqualTo((string[])["metrics.csv", "times.csv"]));
        Assert.That(File.ReadAllText(folder.At("report.html")), Does.Not.Contain("response-cdf").And.Not.Contain("Jobs, from submission"));
        SimulatorRun.Run(Lab.Sample("pair"), 1, folder.Path, null);
        Assert.That(Tables(), Is.EqualTo((string[])["jobs.csv", "metrics.csv"]));
    }

    [Test]
    public void A_disk_that_does_not_take_a_table_is_told_and_leaves_no_manifest()
    {
        using var folder = new TestFolder();
        folder.File("events.ndjson/in the way", "");
        var told = Assert.Throws<PeerComputeException>(() => SimulatorRun.Run(Lab.Sample("pair"), 1, folder.Path, null))!;
        Assert.That((told.Code, File.Exists(folder.At("manifest.json"))), Is.EqualTo((ErrorCode.Host, false)));
    }
}
