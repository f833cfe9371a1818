// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Linux;
using PeerCompute.Simulator.Results;

namespace PeerCompute.Simulator.Tests.Results;

[TestFixture]
internal sealed class ListingTest
{
    [Test]
    public void Scenarios_runs_and_what_is_wrong_with_them_are_listed_and_nothing_else()
    {
        using var folder = new TestFolder();
        folder.File("good.yaml", "# SPDX-License-Identifier: Apache-2.0\n# Two of them,\n# talking.\n" + File.ReadAllText(Lab.Sample("pair")));
        folder.File("bad.yaml", "nodes: 5\n");
        folder.File("job.yaml", "name: a job\ninputs: []\n");
        folder.File("deep/er/broken/manifest.json", "{}");
        SimulatorRun.Run(folder.At("good.yaml"), 2, folder.At("runs", "two"), null);

        var found = Listing.Of(folder.Path);
        Assert.That(found.Select(static one => one.Path), Is.EqualTo((string[])["bad.yaml", "deep/er/broken", "good.yaml", "runs/two"]));
        Assert.That(((ListedScenario)found[0]).Error, Does.StartWith("bad.yaml:1:"));
        Assert.That(((ListedRun)found[1]).Error, Does.Contain("'scenario'"));
        var good = (ListedScenario)found[2];
        Assert.That((good.Name, good.Nodes, good.VirtualSeconds, good.Jobs, good.Error), Is.EqualTo(("pair", 2, 240L, 1, "")));
        Assert.That(good.Description, Does.StartWith("Two of them, talking."));
        Assert.That(((ListedRun)found[3]).Run!.Seed, Is.EqualTo(2UL));
    }

    [Test]
    public void A_file_that_cannot_be_read_does_not_end_the_list()
    {
        using var folder = new TestFolder();
        folder.File("good.yaml", File.ReadAllText(Lab.Sample("pair")));
        using var held = new FileStream(folder.File("held.yaml", "nodes: 5\n"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var found = Listing.Of(folder.Path).Cast<ListedScenario>().Select(static one => (one.Path, one.Error.Length > 0));
        Assert.That(found, Is.EqualTo(((string, bool)[])[("good.yaml", false), ("held.yaml", true)]));
    }

    [Test]
    [CancelAfter(10_000)]
    public void A_pipe_keeps_nobody_waiting()
    {
        if (!RegularFile.IsOffered) Assert.Ignore("needs Linux on x86-64");
        using var folder = new TestFolder();
        folder.File("run/jobs.csv", "");
        foreach (var name in new[] { "pipe.yaml", "run/manifest.json" })
        {
            using var made = Process.Start("mkfifo", folder.At(name));
            made.WaitForExit();
        }

        var list = Task.Run(() => Listing.Of(folder.Path));
        Assert.That(list.Wait(TimeSpan.FromSeconds(5)), "waits for the pipe's other end");
        Assert.That(((ListedScenario)list.Result[0]).Error, Does.Contain("name a regular file"));
        Assert.That(((ListedRun)list.Result[1]).Error, Does.Contain("name a regular file"));
    }

    [Test]
    public void A_folder_that_is_not_there_is_not_found()
        => Assert.That(() => Listing.Of("/no/such"), Throws.TypeOf<PeerComputeException>().With.Property("Code").EqualTo(ErrorCode.NotFound));
}
