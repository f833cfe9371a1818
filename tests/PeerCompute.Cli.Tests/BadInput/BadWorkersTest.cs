// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Cli.Tests.Durability;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Node;
using PeerCompute.Node.Homes;

namespace PeerCompute.Cli.Tests.BadInput;

/// <summary>Workers that do not hold what they promised: the client names them, does not pay them, and gets its work done by an honest one.</summary>
[NonParallelizable]
[Category("Slow")]
public sealed class BadWorkersTest
{
    private const int MostAttempts = 10;

    private Pair _pair = null!;
    private Tool _tool = null!;
    private int _runs;

    [OneTimeSetUp]
    public async Task StartPair()
    {
        (_pair, _tool) = (new Pair(), new Tool());
        await _pair.StartAsync();
    }

    [OneTimeTearDown]
    public async Task StopPair()
    {
        _tool.Dispose();
        await _pair.DisposeAsync();
    }

    [TearDown]
    public async Task TheClientGoesOn()
    {
        Assert.That(_pair.Client.HasExited, Is.False, _pair.Client.Said());
        await _pair.AcceptedAsync(await _pair.SubmitAsync(1, 1), "a good job after a bad worker");
    }

    [Test]
    public async Task A_worker_whose_ciphertext_does_not_open_is_named_and_not_paid()
    {
        await using var worker = await StartAsync("garbage", static options => options with { Wrap = Adversary.Garbage });
        var answer = await RunAsync("deadline: 2m", worker);
        Failed(answer, "failed", worker, "its output of task [0-3] does not open to what it committed to");
    }

    [Test]
    public async Task A_worker_whose_result_differs_from_the_re_execution_is_named_and_not_paid()
    {
        await using var worker = await StartAsync("liar", static options => options with { Wrap = Adversary.Liar });
        var answer = await RunAsync("deadline: 2m", worker);
        Failed(answer, "failed", worker, "its result of task [0-3] differs from the re-execution");
    }

    [Test]
    public async Task A_worker_that_returns_nothing_is_named_when_the_job_expires()
    {
        await using var worker = await StartAsync("silent", static options => options with { Wrap = Adversary.Silent });
        var answer = await RunAsync("deadline: 6s", worker);
        Failed(answer, "expired", worker, "the deadline passed with 0 of 4 tasks accepted");
        Assert.That(answer.Error, Does.Contain("give a later deadline or more workers"));
    }

    [Test]
    public async Task A_worker_whose_clock_is_three_minutes_off_declines_and_says_so()
    {
        await using var worker = await StartAsync("clock", static options => options with { ClockOffset = TimeSpan.FromMinutes(3) });
        var answer = await RunAsync("deadline: 30s", worker);
        Failed(answer, "failed", worker, @"declined \(clock\): .*clock");
    }

    [TestCase("garbage")]
    [TestCase("liar")]
    public async Task An_honest_second_worker_does_the_job_and_alone_is_paid(string kind)
    {
        await using var worker = await StartAsync("beside-" + kind, options => options with { Wrap = kind == "liar" ? Adversary.Liar : Adversary.Garbage });
        var answer = await AcceptedAsync("deadline: 2m", worker);
        var verified = await _tool.RunAsync("verify", (string)answer.Json["receipt"]!, "--json");
        Assert.That(verified.ExitCode, Is.Zero, verified.Error);
    }

    /// <summary>A worker has a minute to sign a lease.</summary>
    [Test]
    public async Task What_a_silent_worker_was_given_is_done_by_an_honest_one()
    {
        await using var worker = await StartAsync("beside-silent", static options => options with { Wrap = Adversary.Silent });
        await AcceptedAsync("deadline: 5m", worker);
    }

    private static void Failed(Tool.Answer answer, string state, NodeShell worker, string why)
    {
        Assert.That(answer.ExitCode, Is.EqualTo(2), answer.Error);
        Assert.That((string?)answer.Json["state"], Is.EqualTo(state));
        Assert.That(answer.Error, Does.Match(worker.PeerId.Short() + ".*" + why).Or.Match(why + ".*" + worker.PeerId.Short()));
        Assert.That((ulong)answer.Json["priceMicro"]!, Is.Zero);
        Assert.That((ulong)answer.Json["counts"]!["accepted"]!, Is.Zero);
    }

    /// <summary>Runs the job until the bad worker was given a part of it: an honest worker that bids first may have done everything meanwhile.</summary>
    private async Task<Tool.Answer> AcceptedAsync(string terms, NodeShell worker)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var answer = await RunAsync(terms, worker, honest: true);
            Assert.That(answer.ExitCode, Is.Zero, answer.Error);
            var tasks = answer.Json["tasks"]!.AsArray();
            Assert.That(tasks, Has.Count.EqualTo(4));
            Assert.That(tasks.Select(static task => (string?)task!["worker"]), Is.All.EqualTo(_pair.Worker.PeerId));
            Assert.That((ulong)answer.Json["priceMicro"]!, Is.EqualTo(4 * 1000));
            if (answer.Json["leases"]!.AsArray().Any(lease => (string?)lease!["worker"] == worker.PeerId.ToString())) return answer;
        }

        throw new AssertionException($"the bad worker came too late {MostAttempts} times");
    }

    private async Task<NodeShell> StartAsync(string name, Func<NodeOptions, NodeOptions> change)
    {
        var home = Path.Combine(_pair.Folder, name);
        NodeHome.Create(home, new HomeConfig { Listen = ["/ip4/127.0.0.1/tcp/0"] });
        var options = new NodeOptions { Home = home, SandboxCommand = SandboxCommand.ForAssembly(Tool.Program + ".dll") };
        return await NodeShell.StartAsync(change(options));
    }

    private async Task<Tool.Answer> RunAsync(string terms, NodeShell worker, bool honest = false)
    {
        var job = _tool.File("job.yaml", $$"""
            name: four
            module: {{Tool.Sample("misc", "noop.wasm")}}
            tasks: 4
            placement: {tasks-per-lease: 1, parallel: 2}
            {{terms}}
            """);
        string[] second = honest ? ["--to", $"/ip4/127.0.0.1/tcp/{_pair.Port}/p2p/{_pair.Worker.PeerId}"] : [];
        return await _tool.RunAsync(["run", job, "-o", "out" + _runs++, "--home", _pair.Client.Home, "--json", "--to", worker.Addresses[0], .. second]);
    }
}
