// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

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
}
