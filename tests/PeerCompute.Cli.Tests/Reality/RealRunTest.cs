// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Cli.Reality;

namespace PeerCompute.Cli.Tests.Reality;

/// <summary>A scenario as real processes.</summary>
[TestFixture]
[Platform("Linux")]
[NonParallelizable]
[CancelAfter(120_000)]
internal sealed class RealRunTest
{
    private const string Scenario = """
        name: three
        duration: 60s
        settle: 10s
        bootstrap: 1
        sample: 500ms
        nodes:
          - {class: worker, count: 2}
          - {class: client, role: light}
        links: {latency: [100ms, 120ms], jitter: 0us, bandwidth_mbit: 50}
        jobs: {count: 1, first: 3s, tasks: 2, tasks_per_lease: 1, parallel: 2, cost: 400ms, workers: 2}
        """;

    private Tool _tool = null!;

    [SetUp]
    public void Make() => _tool = new Tool();

    [TearDown]
    public void Clear() => _tool.Dispose();

    [Test]
    public async Task Two_workers_and_a_client_do_a_job_as_in_the_simulation_and_leave_nothing_behind()
    {
        var (scenario, to, temporary) = (_tool.File("three.yaml", Scenario), Path.Combine(_tool.Home, "out"), Path.Combine(_tool.Home, "t"));
        Directory.CreateDirectory(temporary);
        using var process = _tool.Start(start => start.Environment["TMPDIR"] = temporary, "sim", "run", scenario, "--beside", "-o", to, "--json");
        process.StandardInput.Close();
        var answer = await Tool.EndOfAsync(process);
        Assert.That(answer.ExitCode, Is.Zero, answer.Error);
        var figures = answer.Json["figures"]!.AsArray()
            .ToDictionary(static f => (string)f!["name"]!, static f => ((double)f!["simulated"]!, (double)f["real"]!));
        Assert.Multiple(() =>
        {
            Assert.That(figures["perTask.market"].Item2, Is.EqualTo(figures["perTask.market"].Item1).Within(50).Percent);
            Assert.That(figures["perTask.messageBytes"].Item2, Is.EqualTo(figures["perTask.messageBytes"].Item1).Within(50).Percent);
            // Two tasks of 400 ms on the workers, both again at the client, one after the other; and five round trips of 200 ms at the least.
            Assert.That(figures["responseSeconds.p50"].Item2, Is.GreaterThan(2.2), "delays and costs are felt");
            Assert.That(File.ReadAllText(Path.Combine(to, "real", "manifest.json")), Does.Contain("\"real\": true").And.Contain("\"accepted\": 1"));
            Assert.That(Directory.GetDirectories(temporary), Is.Empty);
        });
        var compared = await _tool.RunAsync("sim", "compare", Path.Combine(to, "simulated"), Path.Combine(to, "real"), "--json");
        Assert.That(compared.ExitCode, Is.Zero, compared.Error);
    }

    [Test]
    public async Task What_cannot_be_made_real_is_refused_before_anything_starts()
    {
        var bad = _tool.File("lossy.yaml", Scenario.Replace("jitter: 0us", "loss: 1%", StringComparison.Ordinal));
        var lossy = await _tool.RunAsync("sim", "run", bad, "--real");
        Assert.That(lossy.ExitCode, Is.EqualTo((int)ErrorCode.BadInput));
        Assert.That(lossy.Error, Does.Contain("links.loss cannot be made real"));
        var nowhere = await _tool.RunAsync("sim", "run", _tool.File("three.yaml", Scenario), "--beside");
        Assert.That(nowhere.ExitCode, Is.EqualTo((int)ErrorCode.Usage));
        Assert.That(nowhere.Error, Does.Contain("name one with -o"));
    }

    [Test]
    public void The_program_has_the_size_that_was_asked_for()
        => Assert.That(RealModule.Make(50_000, 100, 1), Has.Length.EqualTo(50_000).And.Not.EqualTo(RealModule.Make(50_000, 100, 2)));
}
