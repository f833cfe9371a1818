// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace PeerCompute.Cli.Tests.Commands;

/// <summary>Two workers of one job, real processes: what the client cannot give any more, the second one gets from the first.</summary>
[Category("Slow")]
public sealed class SharedInputTests
{
    private const int InputBytes = 5 << 20;

    private Tool _tool = null!;

    [SetUp]
    public void Make() => _tool = new Tool();

    [TearDown]
    public void Remove() => _tool.Dispose();

    [Test]
    public async Task A_second_worker_gets_from_the_first_what_the_client_lost()
    {
        await using var client = await RunningDaemon.StartAsync(_tool, "client", "--light");
        await using var first = await WorkerAsync("first");
        await using var second = await WorkerAsync("second");
        string[] home = ["--home", client.Home, "--json"];
        await File.WriteAllBytesAsync(Path.Combine(_tool.Home, "big"), new byte[InputBytes]);
        var job = _tool.File("job.yaml", $"""
            name: test
            module: {Tool.Sample("misc", "loop.wasm")}
            inputs: [big]
            tasks: 2
            limits: {"{"}fuel: 1T, wall: 1h{"}"}
            placement: {"{"}tasks-per-lease: 1, parallel: 2{"}"}
            deadline: 1h
            """);

        // The second worker sleeps until the first one has its lease, and the client has lost a part of the input.
        await Tool.SignalAsync(second.Process, "STOP");
        var submitted = await _tool.RunAsync(["job", "submit", job, "--to", first.Address, "--to", second.Address, .. home]);
        Assert.That(submitted.ExitCode, Is.Zero, submitted.Error);
        var id = (string)submitted.Json["jobId"]!;
        await UntilAsync(async () => Started(await ShowAsync()) == 1);
        foreach (var path in Blobs(client).Where(IsInput)) Damage(path);
        await Tool.SignalAsync(second.Process, "CONT");
        await UntilAsync(async () => Started(await ShowAsync()) == 2);

        var root = Blobs(second).Where(IsInput).Select(Path.GetFileName).Single();
        Assert.That(Blobs(first).Select(Path.GetFileName), Does.Contain(root));
        var cancelled = await _tool.RunAsync(["job", "cancel", id, .. home]);
        Assert.That(cancelled.ExitCode, Is.Zero, cancelled.Error);

        async Task<JsonNode> ShowAsync() => (await _tool.RunAsync(["job", "show", id, .. home])).Json;
    }

    /// <summary>A daemon that lends one slot: two leases need two of them.</summary>
    private async Task<RunningDaemon> WorkerAsync(string name)
    {
        var home = Path.Combine(_tool.Home, name);
        Assert.That((await _tool.RunAsync("init", "--home", home)).ExitCode, Is.Zero);
        var config = Path.Combine(home, "config.json");
        var json = JsonNode.Parse(await File.ReadAllTextAsync(config))!;
        json["slots"] = 1;
        await File.WriteAllTextAsync(config, json.ToJsonString());
        return await RunningDaemon.StartAsync(_tool, name);
    }

    /// <summary>Tasks whose worker has said that its inputs are here.</summary>
    private static int Started(JsonNode job) => job["tasks"]!.AsArray().Count(task => (ulong)task!["fetchMs"]! > 0);

    private static IEnumerable<string> Blobs(RunningDaemon daemon)
        => Directory.GetFiles(Path.Combine(daemon.Home, "blobs")).Where(static path => Path.GetFileName(path).Length == 64);

    private static bool IsInput(string path) => new FileInfo(path).Length > InputBytes;

    /// <summary>Changes a byte of the last chunk.</summary>
    private static void Damage(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.Write(file, "damage"u8, InputBytes - 1000);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var waited = Stopwatch.StartNew(); !await condition(); await Task.Delay(200))
            Assert.That(waited.Elapsed, Is.LessThan(TimeSpan.FromMinutes(3)), "waited in vain");
    }
}
