// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text.Json.Nodes;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Sensors;

namespace PeerCompute.Cli.Tests.Lending;

/// <summary>The device belongs to its owner first: a program of the owner that takes it gets it at once, and a drained one runs nothing new.</summary>
[Category("Slow")]
[Platform("Linux")]
public sealed class OwnerDeviceTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly string[] Driver = ["libpocl"];
    private const string TakenBack = "its owner took the machine back";

    private readonly List<RunningDaemon> _workers = [];
    private Tool _tool = null!;
    private RunningDaemon _client = null!;
    private Process? _job;
    private int _jobs;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        const string What = "clinfo, pocl-opencl-icd or bubblewrap is missing";
        if (!File.Exists("/usr/bin/clinfo") || !File.Exists("/usr/bin/bwrap"))
        {
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(What);
            Assert.Ignore(What);
        }

        _tool = new Tool();
        for (var i = 0; i < 3; i++)
        {
            var home = Path.Combine(_tool.Home, $"worker{i}");
            await _tool.RunAsync("init", "--home", home);
            await _tool.RunAsync("image", "offer", "opencl@1", "--home", home);
            _workers.Add(await RunningDaemon.StartAsync(_tool, $"worker{i}"));
        }

        _client = await RunningDaemon.StartAsync(_tool, "client", "--light");
        foreach (var worker in _workers) await UntilAsync(() => IsMeasuredAsync(worker), "a worker does not measure its device");
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        foreach (var worker in _workers) await worker.DisposeAsync();
        if (_client is not null) await _client.DisposeAsync();
        _tool?.Dispose();
    }

    [Test]
    public async Task A_drained_device_runs_nothing_and_a_program_of_the_owner_gets_one_in_the_middle_of_a_lease()
    {
        var device = await DrainAsync(_workers[0]);
        var program = await BuildAsync();
        var refused = await _tool.RunAsync(Job("refused"));
        Assert.That((refused.ExitCode, refused.Error), Is.EqualTo(((int)ErrorCode.JobFailed, refused.Error)));
        Assert.That(refused.Error, Does.Contain("does not offer host runtime opencl@1"), "three are needed, one is drained");

        await Json("drain", "--device", device, "--off", "--home", _workers[0].Home);
        var owner = default(Process);
        try
        {
            var first = await RunningAsync();
            await Json("drain", "--device", device, "--now", "--home", first.Home);
            await UntilAsync(() => !Users(first.Process.Id).Any(), "what ran on the drained device goes on");
            Assert.That((await Json("work", "--home", first.Home)).ToJsonString(), Does.Contain(TakenBack));
            await Json("drain", "--device", device, "--off", "--home", first.Home);

            await RunningAsync();
            owner = _tool.Start("gpu", "run", program, "-o", Path.Combine(_tool.Home, "own"));
            await GivenBackAsync(owner);
        }
        finally
        {
            owner?.Kill(entireProcessTree: true);
            _job?.Kill(entireProcessTree: true);
        }
    }

    /// <summary>The worker that runs the program, once one does; where a device is used by others just then the job fails and is begun again.</summary>
    private async Task<RunningDaemon> RunningAsync()
    {
        var found = default(RunningDaemon);
        await UntilAsync(
            async () =>
            {
                if (_job is { HasExited: true }) TestContext.Out.WriteLine(await _job.StandardError.ReadToEndAsync());
                if (_job is not { HasExited: false }) _job = _tool.Start(Job($"out{_jobs++}"));
                return (found = _workers.Find(static worker => Users(worker.Process.Id).Any())) is not null;
            },
            "no worker runs the program");
        return found!;
    }

    /// <summary>Waits until the owner's program alone uses the device.</summary>
    private async Task GivenBackAsync(Process owner)
    {
        await UntilAsync(() => Users(owner.Id).Any(), "the owner's program does not use the device");
        var since = Stopwatch.GetTimestamp();
        await UntilAsync(() => !_workers.Exists(static worker => Users(worker.Process.Id).Any()), "the workers do not leave the device");
        TestContext.Out.WriteLine($"the device was free {Stopwatch.GetElapsedTime(since).TotalMilliseconds:0} ms after the owner's program had taken it");
        Assert.That(owner.HasExited, Is.False, "the owner's program goes on");
        var status = await Json("lend", "--status", "--home", _workers[1].Home);
        Assert.That((bool)status["takesNow"]!, "the machine itself is still lent");
        Assert.That(await WorkAsync(), Does.Contain(TakenBack));
    }

    private async Task<string> WorkAsync()
        => string.Concat((await Task.WhenAll(_workers.Select(worker => Json("work", "--home", worker.Home)))).Select(static work => work.ToJsonString()));

    /// <summary>Drains the device of a worker as soon as it knows it.</summary>
    private async Task<string> DrainAsync(RunningDaemon worker)
    {
        var unknown = await _tool.RunAsync("drain", "--device", "no such", "--home", worker.Home);
        Assert.That((unknown.ExitCode, unknown.Error), Is.EqualTo(((int)ErrorCode.NotFound, unknown.Error)));
        Assert.That(unknown.Error, Does.Contain("can be drained"));
        var device = unknown.Error.Split('\'')[3];
        var drained = await Json("drain", "--device", device, "--home", worker.Home);
        Assert.That(drained["drained"]!.AsArray(), Has.Count.EqualTo(1));
        return device;
    }

    /// <summary>A program that computes for minutes.</summary>
    private async Task<string> BuildAsync()
    {
        _tool.File("long.cl", """
            __kernel void spin(__global uint *b)
            { uint x = get_global_id(0); for (uint i = 0; i < 100000000; i++) x = x * 1664525u + 1013904223u; b[get_global_id(0)] = x; }
            """);
        const string Long = """
            {"source": "long.cl", "buffers": [{"name": "b", "bytes": 64, "output": "b"}], "rounds": 1000,
             "launches": [{"kernel": "spin", "items": [16], "arguments": [{"buffer": "b"}]}]}
            """;
        var program = Path.Combine(_tool.Home, "long.gpu");
        await Json("gpu", "build", _tool.File("long.json", Long), "-o", program);
        return program;
    }

    private string[] Job(string output)
    {
        const string Text = """
            name: long
            runtime: opencl@1
            args: [long.gpu]
            inputs: [long.gpu]
            outputs: [b]
            tasks: 1
            limits: {wall: 10m, memory: 512MiB}
            verification: {by: replicas}
            """;
        var to = _workers.SelectMany(static worker => (string[])["--to", worker.Address]);
        return ["run", _tool.File("job.yaml", Text), "-o", output, "--home", _client.Home, .. to];
    }

    /// <summary>The processes below one that have the device's driver loaded, but for those that only list devices.</summary>
    private static IEnumerable<int> Users(int root)
    {
        var all = HostSensors.ThisHost.Processes();
        var outside = new ProcessTree(all, process => process.Id == root).Others().Select(static process => process.Id).ToHashSet();
        return all.Where(process => !outside.Contains(process.Id) && process.Name != "clinfo" && HostSensors.ThisHost.HasLoaded(process.Id, Driver))
            .Select(static process => process.Id);
    }

    /// <summary>Whether a worker knows what its device is worth: from then on it offers to run GPU programs.</summary>
    private async Task<bool> IsMeasuredAsync(RunningDaemon worker)
        => (await Json("devices", "--home", worker.Home)).AsArray().Any(static device => (double?)device!["flopsPerSecond"] > 0);

    private static Task UntilAsync(Func<bool> condition, string otherwise) => UntilAsync(() => Task.FromResult(condition()), otherwise);

    private static async Task UntilAsync(Func<Task<bool>> condition, string otherwise)
    {
        var since = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.That(Stopwatch.GetElapsedTime(since), Is.LessThan(Patience), otherwise);
            await Task.Delay(10);
        }
    }

    private async Task<JsonNode> Json(params string[] args)
    {
        var answer = await _tool.RunAsync([.. args, "--json"]);
        Assert.That(answer.ExitCode, Is.Zero, answer.Error);
        return answer.Json;
    }
}
