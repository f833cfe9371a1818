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
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string[] Driver = ["libpocl"];

    private readonly List<RunningDaemon> _workers = [];
    private Tool _tool = null!;
    private RunningDaemon _client = null!;

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
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        foreach (var worker in _workers) await worker.DisposeAsync();
        if (_client is not null) await _client.DisposeAsync();
        _tool?.Dispose();
    }

    [Test]
    public async Task A_program_of_the_owner_gets_the_device_in_the_middle_of_a_lease()
    {
        var device = await DrainAsync(_workers[0]);
        var drained = (await Json("lend", "--status", "--home", _workers[0].Home))["drained"]!.AsArray();
        Assert.That(drained.Select(static d => (string)d!), Is.EqualTo(new[] { device }));
        await Json("drain", "--device", device, "--off", "--home", _workers[0].Home);

        var program = await BuildAsync();
        var job = Submit();
        var owner = default(Process);
        try
        {
            var since = Stopwatch.GetTimestamp();
            while (!(await WorkAsync()).Contains("\"running\"", StringComparison.Ordinal))
                Assert.That(Stopwatch.GetElapsedTime(since), Is.LessThan(Patience), "no worker has a lease");
            await UntilAsync(() => Users().Any(), "no worker runs the program");
            owner = _tool.Start("gpu", "run", program, "-o", Path.Combine(_tool.Home, "own"));
            await GivenBackAsync(owner);
        }
        finally
        {
            owner?.Kill(entireProcessTree: true);
            job.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Waits until the owner's program alone uses the device.</summary>
    private async Task GivenBackAsync(Process owner)
    {
        var own = new HashSet<int>();
        await UntilAsync(() => (own = [.. Below(owner.Id, Users())]).Count > 0, "the owner's program does not use the device");
        var since = Stopwatch.GetTimestamp();
        await UntilAsync(() => Users().All(user => own.Contains(user)), "the workers do not leave the device");
        TestContext.Out.WriteLine($"the device was free {Stopwatch.GetElapsedTime(since).TotalMilliseconds:0} ms after the owner's program had taken it");
        Assert.That(owner.HasExited, Is.False, "the owner's program goes on");
        var status = await Json("lend", "--status", "--home", _workers[1].Home);
        Assert.That((bool)status["takesNow"]!, "the machine itself is still lent");
        Assert.That(await WorkAsync(), Does.Contain("its owner took the machine back"));
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

    private Process Submit()
    {
        const string Job = """
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
        return _tool.Start(["run", _tool.File("job.yaml", Job), "-o", "out", "--home", _client.Home, .. to]);
    }

    /// <summary>The processes that have the device's driver loaded, but for those that only list devices.</summary>
    private static IEnumerable<int> Users() => HostSensors.ThisHost.Processes()
        .Where(static process => process.Name != "clinfo" && HostSensors.ThisHost.HasLoaded(process.Id, Driver)).Select(static process => process.Id);

    private static IEnumerable<int> Below(int root, IEnumerable<int> processes)
    {
        var outside = new ProcessTree(HostSensors.ThisHost.Processes(), process => process.Id == root).Others().Select(static process => process.Id);
        return processes.Except(outside);
    }

    private static async Task UntilAsync(Func<bool> condition, string otherwise)
    {
        var since = Stopwatch.GetTimestamp();
        while (!condition())
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
