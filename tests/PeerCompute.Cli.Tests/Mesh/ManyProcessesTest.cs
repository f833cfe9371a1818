// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using PeerCompute.Cli.Tests.Durability;

namespace PeerCompute.Cli.Tests.Mesh;

/// <summary>A network of real processes through a job of 600 tasks, each done by two workers, while nodes are killed and others come.</summary>
[NonParallelizable]
[Category("Slow")]
[CancelAfter(300_000)]
public sealed class ManyProcessesTest
{
    private const int Tasks = 600;
    private const int PerLease = 10;

    private Network _network = null!;
    private Tool _tool = null!;

    [SetUp]
    public void Make() => (_network, _tool) = (new Network(), new Tool());

    [TearDown]
    public async Task Clear()
    {
        await _network.DisposeAsync();
        _tool.Dispose();
    }

    [Test]
    public async Task Six_hundred_tasks_end_accepted_once_while_three_nodes_are_killed_and_two_come()
    {
        var watch = Stopwatch.StartNew();
        var bootstrap = await _network.BootstrapAsync("b");
        var workers = new List<DaemonProcess>();
        foreach (var few in Enumerable.Range(0, 10).Chunk(5)) workers.AddRange(await Task.WhenAll(few.Select(i => _network.AddAsync($"w{i}"))));
        var client = await _network.LightAsync("c");
        await Network.MeetsAsync(bootstrap, 11, "at the start");
        Say($"12 nodes up after {watch.Elapsed}");

        var job = await Network.SubmitAsync(client, _network.Noop(Tasks, PerLease, 4, "{by: replicas, replicas: 2}"));
        var victims = new Queue<DaemonProcess>([workers[0], workers[4], bootstrap]);
        var coming = new List<Task<DaemonProcess>>();
        await foreach (var view in client.Client.WatchAsync(job, CancellationToken.None))
        {
            var done = view.Counts?.Accepted ?? 0;
            // Nobody waits for them here: on a fast machine the job would be over meanwhile.
            if (coming.Count < 2 && done >= 20 * (1 + (ulong)coming.Count)) coming.Add(_network.AddAsync($"n{coming.Count}"));
            if (victims.Count > 0 && done >= 40 * (4 - (ulong)victims.Count))
            {
                var victim = victims.Dequeue();
                await victim.KillAsync();
                Say($"{Path.GetFileName(victim.Home)} killed at {done} tasks, {watch.Elapsed}");
            }
        }

        var ended = await _network.AcceptedAsync(client, job, "600 tasks");
        Say($"accepted after {watch.Elapsed}");
        Assert.That(victims, Is.Empty);
        Assert.That((await Task.WhenAll(coming)).Select(static n => n.HasExited), Is.EqualTo(new[] { false, false }));
        Assert.That(ended.Counts.Accepted, Is.EqualTo(Tasks));

        var receipt = Directory.EnumerateFiles(Path.Combine(client.Home, "receipts")).Single();
        var verified = await _tool.RunAsync("verify", receipt, "--json");
        Assert.That(verified.ExitCode, Is.Zero, verified.Error);
        await client.KillAsync();
        var accepted = ReplicaAudit.Of(client.Home, job);
        Assert.That(accepted.Keys, Is.EqualTo(Enumerable.Range(0, Tasks).Select(static t => (uint)t)));
        Assert.That(accepted.Values.Select(static w => w.Count), Is.All.GreaterThanOrEqualTo(2));
        Say($"workers paid: {accepted.Values.SelectMany(static w => w).Distinct().Count()}");
    }

    private static void Say(string text) => TestContext.Out.WriteLine(text);
}
