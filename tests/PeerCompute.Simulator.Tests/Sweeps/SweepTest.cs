// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Results;
using PeerCompute.Simulator.Sweeps;

namespace PeerCompute.Simulator.Tests.Sweeps;

/// <summary>Sweeps whose runs are calls instead of processes.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SweepTest
{
    private const string Scenario = """
        parameters: { tasks: 2 }
        duration: 60s
        settle: 10s
        nodes: [{ class: w, count: 1 }, { class: c, role: client, count: 1 }]
        links: { latency: 5ms }
        jobs: { count: 1, tasks: "${tasks}", workers: 1, cost: 100ms, deadline: 50s }
        """;

    private readonly ConcurrentBag<string> _ran = [];

    [Test]
    public async Task Runs_that_are_finished_are_not_repeated_and_more_can_be_added()
    {
        using var folder = new TestFolder();
        var scenario = folder.File("s.yaml", Scenario);
        var first = await RunAsync(folder, scenario, "1..2", "tasks=2,4");
        Assert.That((first.Runs, first.Found, first.Failed.Count, _ran.Count), Is.EqualTo((4, 0, 0, 4)));
        var second = await RunAsync(folder, scenario, "1..3", "tasks=2,4");
        Assert.That((second.Runs, second.Found, _ran.Count), Is.EqualTo((6, 4, 6)));

        var table = CsvTable.Read(folder.At("sweep", "sweep.csv"));
        Assert.That(table.Names.Take(3), Is.EqualTo((string[])["tasks", "seed", "exit"]));
        Assert.That(table.Rows.Select(static r => $"{r[0]}/{r[1]}/{r[2]}"), Is.EqualTo((string[])["2/1/0", "2/2/0", "2/3/0", "4/1/0", "4/2/0", "4/3/0"]));
        Assert.That(table.Numbers(table.Column("owedMicro")), Is.EqualTo((double[])[2000, 2000, 2000, 4000, 4000, 4000]));
        var listed = (ListedSweep)Listing.Of(folder.Path).Single(static one => one is ListedSweep);
        Assert.That((listed.Path, listed.Sweep!.Planned, listed.Finished, listed.Broken), Is.EqualTo(("sweep", 6, 6, 0)));
    }

    [Test]
    public async Task A_run_that_was_cut_off_is_run_again_from_nothing()
    {
        using var folder = new TestFolder();
        var scenario = folder.File("s.yaml", Scenario);
        folder.File("left", "");
        Assert.That(async () => await RunAsync(folder, scenario, "1", "tasks=2", (_, into) =>
        {
            File.WriteAllText(Path.Combine(into, "half"), "");
            throw new OperationCanceledException();
        }), Throws.InstanceOf<OperationCanceledException>());
        Assert.That((await RunAsync(folder, scenario, "1", "tasks=2")).Found, Is.Zero);
        Assert.That(File.Exists(folder.At("sweep", "runs", "tasks=2", "seed-1", "half")), Is.False);
        Assert.That(Directory.GetFileSystemEntries(folder.At("sweep", "runs", "tasks=2")), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Failed_runs_do_not_end_a_sweep_and_one_that_broke_a_rule_is_remembered()
    {
        using var folder = new TestFolder();
        var scenario = folder.File("s.yaml", Scenario);
        SweepExit Fail(SweepRun run, string into)
        {
            if (run.Seed == 1) return new SweepExit(137, "killed");
            Make(run, folder.At("sweep"), into);
            var manifest = Path.Combine(into, "manifest.json");
            if (run.Seed == 2) File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"violations\": []", "\"violations\": [{}]"));
            return new SweepExit(run.Seed == 2 ? 70 : 0, "");
        }

        var first = await RunAsync(folder, scenario, "1..3", "tasks=2", Fail);
        Assert.That(first.Failed.Select(static f => (f.Run.Seed, f.Exit.ExitCode)), Is.EqualTo(((ulong, int)[])[(1, 137), (2, 70)]));
        var table = CsvTable.Read(folder.At("sweep", "sweep.csv"));
        Assert.That(table.Rows.Select(static r => $"{r[1]}/{r[2]}"), Is.EqualTo((string[])["2/70", "3/0", "1/137"]));
        var second = await RunAsync(folder, scenario, "1..3", "tasks=2");
        Assert.That((second.Found, second.Failed.Single().Run.Seed), Is.EqualTo((2, 2UL)));
    }

    [Test]
    public async Task A_run_that_crashed_has_a_line_without_numbers_and_is_run_again()
    {
        using var folder = new TestFolder();
        var scenario = folder.File("s.yaml", Scenario);
        SweepExit Crash(SweepRun run, string into)
        {
            if (run.Seed == 4) return new SweepExit(0, "");
            if (run.Seed < 4) Make(run, folder.At("sweep"), into);
            if (run.Seed == 2) File.WriteAllText(Path.Combine(into, "manifest.json"), "{\"scenario\": ");
            return new SweepExit(run.Seed == 1 ? 0 : 70, "no space left");
        }

        var first = await RunAsync(folder, scenario, "1..5", "tasks=2", Crash);
        Assert.That(first.Failed.Select(static f => f.Run.Seed), Is.EqualTo((ulong[])[2, 3, 4, 5]));
        var table = CsvTable.Read(folder.At("sweep", "sweep.csv"));
        Assert.That(table.Rows.Select(static r => $"{r[1]}/{r[2]}"), Is.EqualTo((string[])["1/0", "2/70", "3/70", "4/70", "5/70"]));
        var second = await RunAsync(folder, scenario, "1..5", "tasks=2");
        Assert.That((second.Found, second.Failed.Count, _ran.Count), Is.EqualTo((1, 0, 4)));
    }

    [Test]
    public async Task A_sweep_that_was_cut_off_before_its_first_line_can_begin_again()
    {
        using var folder = new TestFolder();
        var scenario = folder.File("s.yaml", Scenario);
        Sweep.Open(folder.At("sweep"), scenario, Plan("1", "tasks=2")).Dispose();
        File.Move(folder.At("sweep", "sweep.json"), folder.At("sweep", "sweep.json.unfinished"));
        Assert.That((await RunAsync(folder, scenario, "1", "tasks=2")).Failed, Is.Empty);
        folder.File("own/scenario/s.yaml", "mine");
        Assert.That(() => Sweep.Open(folder.At("own"), scenario, Plan("1", "tasks=2")),
            Throws.TypeOf<PeerComputeException>().With.Message.Contains("no sweep"), "no sweep began there");
    }

    [TestCase("sweep.json", "PeerCompute.Core", "another version")]
    [TestCase("sweep.json", "PeerCompute.Libp2p", "another version")]
    [TestCase("runs/tasks=2/seed-1/manifest.json", "scenarioHash", "no run of this scenario with seed 1")]
    [TestCase("runs/tasks=2/seed-1/manifest.json", "seed", "no run of this scenario with seed 1")]
    public async Task Results_of_another_experiment_are_refused(string file, string key, string complaint)
    {
        using var folder = new TestFolder();
        var scenario = folder.File("s.yaml", Scenario);
        await RunAsync(folder, scenario, "1", "tasks=2");
        var manifest = JsonNode.Parse(File.ReadAllText(folder.At("sweep", file)))!.AsObject();
        var holder = (manifest["modules"] as JsonObject) ?? manifest;
        Assert.That(holder.ContainsKey(key), Is.True);
        holder[key] = key == "seed" ? 7 : Guid.Empty.ToString();
        File.WriteAllText(folder.At("sweep", file), manifest.ToJsonString());
        var refused = Assert.ThrowsAsync<PeerComputeException>(() => RunAsync(folder, scenario, "1..2", "tasks=2"))!;
        Assert.That(refused.Code, Is.EqualTo(ErrorCode.Refused));
        Assert.That(refused.Message, Does.Contain(complaint).And.Contain("another folder"));
    }

    [Test]
    public async Task Another_scenario_in_the_same_folder_is_refused()
    {
        using var folder = new TestFolder();
        var scenario = folder.File("s.yaml", Scenario);
        await RunAsync(folder, scenario, "1", "tasks=2");
        folder.File("s.yaml", Scenario + "\nname: changed\n");
        var refused = Assert.ThrowsAsync<PeerComputeException>(() => RunAsync(folder, scenario, "1..2", "tasks=2"))!;
        Assert.That(refused.Code, Is.EqualTo(ErrorCode.Refused));
        Assert.That(refused.Message, Does.Contain("before it was changed").And.Contain("another folder"));
        folder.File("other/file", "");
        Assert.That(() => Sweep.Open(folder.At("other"), scenario, Plan("1", "tasks=2")),
            Throws.TypeOf<PeerComputeException>().With.Message.Contains("no sweep"));
    }

    [Test]
    public void A_point_that_the_scenario_does_not_allow_is_refused_before_anything_runs()
    {
        using var folder = new TestFolder();
        var scenario = folder.File("s.yaml", Scenario);
        Assert.That(() => Sweep.Open(folder.At("sweep"), scenario, Plan("1", "workers=2")),
            Throws.TypeOf<PeerComputeException>().With.Message.Contains("no parameter 'workers'"));
        Assert.That(Directory.Exists(folder.At("sweep")), Is.False);
        Assert.That(() => Sweep.Open(folder.At("sweep"), scenario, Plan("1", "tasks=2,many")),
            Throws.TypeOf<PeerComputeException>().With.Message.Contains("'many'"));
    }

    [Test]
    public void Two_sweeps_do_not_work_in_one_folder()
    {
        using var folder = new TestFolder();
        var scenario = folder.File("s.yaml", Scenario);
        using (Sweep.Open(folder.At("sweep"), scenario, Plan("1", "tasks=2")))
        {
            Assert.That(() => Sweep.Open(folder.At("sweep"), scenario, Plan("1", "tasks=2")),
                Throws.TypeOf<PeerComputeException>().With.Message.Contains("Another sweep"));
        }

        Assert.That(() => Sweep.Open(folder.At("sweep"), scenario, Plan("1", "tasks=2")).Dispose(), Throws.Nothing);
    }

    private static SweepPlan Plan(string seeds, string set) => SweepPlan.Parse(seeds, [set], null);

    private static void Make(SweepRun run, string sweep, string into)
        => SimulatorRun.Run(Path.Combine(sweep, "scenario", "s.yaml"), run.Seed, into, null, run.Point.Values, copy: false);

    private async Task<SweepResult> RunAsync(
        TestFolder folder, string scenario, string seeds, string set, Func<SweepRun, string, SweepExit>? start = null)
    {
        using var sweep = Sweep.Open(folder.At("sweep"), scenario, Plan(seeds, set));
        return await sweep.RunAsync(2, (run, into, _) => Task.Run(() =>
        {
            if (start is not null) return start(run, into);
            _ran.Add(run.Folder);
            Make(run, folder.At("sweep"), into);
            return new SweepExit(0, "");
        }), static _ => { }, CancellationToken.None);
    }
}
