// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using PeerCompute.Base.Errors;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary>Sweeps of real processes.</summary>
public sealed class SimSweepVerbTests
{
    private const string Scenario = """
        parameters: { tasks: 2, duration: 60s, every: 10s, jobs: 1 }
        duration: "${duration}"
        settle: 10s
        nodes: [{ class: w, count: 1 }, { class: c, role: client, count: 1 }]
        links: { latency: 5ms }
        jobs: { count: "${jobs}", every: "${every}", tasks: "${tasks}", workers: 1, cost: 100ms, deadline: 50s }
        """;

    [Test]
    public async Task A_sweep_makes_a_table_and_what_it_finished_is_not_run_again()
    {
        using var tool = new Tool();
        string[] sweep = ["sim", "sweep", tool.File("s.yaml", Scenario), "--seeds", "1..2", "--set", "tasks=2,3", "-o", "out", "--jobs", "2", "--json"];
        var first = await tool.RunAsync(sweep);
        Assert.That(first.ExitCode, Is.Zero, first.Error);
        Assert.That(((int)first.Json["runs"]!, (int)first.Json["finishedBefore"]!), Is.EqualTo((4, 0)));
        Assert.That(File.ReadLines(Path.Combine(tool.Home, "out", "sweep.csv")).Count(), Is.EqualTo(5));
        Assert.That(first.Error, Is.Empty, "progress is for terminals");
        var second = await tool.RunAsync(sweep);
        Assert.That((int)second.Json["finishedBefore"]!, Is.EqualTo(4));
    }

    [Test]
    public async Task Runs_end_with_a_sweep_that_is_killed()
    {
        using var tool = new Tool();
        var scenario = tool.File("s.yaml", Scenario);
        string[] endless = ["--set", "duration=700h", "--set", "jobs=1000000", "--set", "every=1s"];
        using var sweep = tool.Start(["sim", "sweep", scenario, "--seeds", "1", .. endless, "-o", "out", "--jobs", "1"]);
        await Until(() => Runs(tool.Home).Count == 1, "a run begins");
        await Tool.SignalAsync(sweep, "KILL");
        await sweep.WaitForExitAsync();
        await Until(() => Runs(tool.Home).Count == 0, "the run ends with it");
    }

    [TestCase("--jobs", "0", ErrorCode.Usage)]
    [TestCase("--seeds", "x", ErrorCode.Usage)]
    [TestCase("--set", "none=1", ErrorCode.BadInput)]
    [TestCase("--points", "none.csv", ErrorCode.NotFound)]
    public async Task A_wrong_option_is_told_with_its_name(string option, string value, ErrorCode code)
    {
        using var tool = new Tool();
        var answer = await tool.RunAsync("sim", "sweep", tool.File("s.yaml", Scenario), option, value, "-o", "out");
        Assert.That(answer.ExitCode, Is.EqualTo((int)code), answer.Error);
        Assert.That(answer.Error, Does.Contain(value.Split('=')[0]));
    }

    private static async Task Until(Func<bool> holds, string what)
    {
        for (var waited = Stopwatch.StartNew(); !holds(); await Task.Delay(20))
            Assert.That(waited.Elapsed, Is.LessThan(TimeSpan.FromSeconds(90)), what);
    }

    /// <summary>Processes of runs below a folder: they name it on their command line.</summary>
    private static List<string> Runs(string folder)
    {
        var found = new List<string>();
        foreach (var process in Directory.GetDirectories("/proc").Where(static name => char.IsAsciiDigit(Path.GetFileName(name)[0])))
        {
            try
            {
                var words = File.ReadAllText(Path.Combine(process, "cmdline")).Split('\0');
                var here = new FileInfo(Path.Combine(process, "cwd")).LinkTarget == folder;
                if (here && words.Contains("run") && words.Contains("--leash")) found.Add(process);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended.
            }
        }

        return found;
    }
}
