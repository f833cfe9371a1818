// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using PeerCompute.Api.V1;
using PeerCompute.Benchmarks.Jobs;
using PeerCompute.Cli.Tests.BadInput;
using PeerCompute.Client;
using PeerCompute.Client.Jobs;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Daemon;
using PeerCompute.Node.Homes;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Benchmarks.Mesh;

/// <summary>A network that nobody introduces: one bootstrap node, five workers, and a light client that knows one address and names no worker.</summary>
internal static class MeshSuite
{
    private const int Workers = 5;
    private const int Submissions = 15;
    private const int Tasks = 500;
    private const int TasksPerLease = 50;

    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(2);

    /// <summary>After this a node has looked around in the DHT and measured itself.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(30);

    /// <summary>Runs the suite.</summary>
    public static async IAsyncEnumerable<Figure> RunAsync()
    {
        Environment.SetEnvironmentVariable("PEERCOMPUTE_MDNS", "off");
        var folder = Directory.CreateTempSubdirectory("pcb-").FullName;
        var network = new HomeConfig { Network = NetworkId.Of(RandomNumberGenerator.GetBytes(NetworkId.Bytes)), Listen = ["/ip4/127.0.0.1/tcp/0"] };
        var nodes = new List<BenchDaemon> { await StartAsync(Path.Combine(folder, "b"), network with { TakesWork = false }) };
        network = network with { Bootstrap = [nodes[0].Address] };
        for (var i = 0; i < Workers; i++) nodes.Add(await StartAsync(Path.Combine(folder, $"w{i}"), network));
        await Task.Delay(Settle);

        var before = await BytesAsync(nodes);
        await Task.Delay(Idle);
        var after = await BytesAsync(nodes);
        var perHour = nodes.Select((_, i) => (after[i] - before[i]) / Idle.TotalHours / 1024).Order().ToArray();
        yield return new Figure("idle traffic of a node per hour, both directions, 6 nodes, median", perHour[perHour.Length / 2], "KiB", Better: "lower");
        yield return new Figure("same, the busiest node", perHour[^1], "KiB", Better: "lower");

        var times = new BidTimes();
        var home = Path.Combine(folder, "c");
        NodeHome.Create(home, network with { Listen = [], TakesWork = false });
        await using (var daemon = await DaemonHost.StartAsync(
            new DaemonOptions { Home = home, Light = true, Wrap = machine => new Adversary(machine, times.Said, times.Heard) }, CancellationToken.None))
        {
            using var client = PeerComputeClient.OnSocket(daemon.Socket);
            await foreach (var figure in JobsAsync(client, times)) yield return figure;
        }

        foreach (var node in nodes) await node.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static async IAsyncEnumerable<Figure> JobsAsync(PeerComputeClient client, BidTimes times)
    {
        List<double> bids = [], running = [], whole = [];
        await JobAsync(client, 1, 1);
        for (var i = 0; i < Submissions; i++)
        {
            times.Reset();
            var (began, ended) = await JobAsync(client, 1, 1);
            bids.Add(times.FirstBid);
            running.Add(began);
            whole.Add(ended);
        }

        yield return new Figure("offer to first bid, workers found in the DHT, p50", Quantile(bids, 0.5), "ms", Better: "lower");
        yield return new Figure("offer to first bid, p95", Quantile(bids, 0.95), "ms", Better: "lower");
        yield return new Figure("submit to running, two replicas, workers found, p50", Quantile(running, 0.5), "ms", Better: "lower");
        yield return new Figure("submit to running, two replicas, p95", Quantile(running, 0.95), "ms", Better: "lower");
        yield return new Figure("submit to accepted, one no-op task, two replicas, p50", Quantile(whole, 0.5), "ms", Better: "lower");
        var (_, all) = await JobAsync(client, Tasks, TasksPerLease);
        yield return new Figure($"no-op tasks accepted, two replicas through {Workers} workers, {TasksPerLease} a lease", Tasks / (all / 1000), "1/s");
    }

    private static async Task<BenchDaemon> StartAsync(string home, HomeConfig config)
    {
        NodeHome.Create(home, config);
        return await BenchDaemon.StartAsync(home, light: false);
    }

    private static async Task<long[]> BytesAsync(List<BenchDaemon> nodes)
    {
        var bytes = new long[nodes.Count];
        for (var i = 0; i < nodes.Count; i++)
        {
            var view = await nodes[i].Client.NodeAsync(CancellationToken.None);
            bytes[i] = view.Counters.Where(static c => c.Name.StartsWith("host.", StringComparison.Ordinal)).Sum(static c => (long)c.Value);
        }

        return bytes;
    }

    private static async Task<(double Began, double Ended)> JobAsync(PeerComputeClient client, int tasks, int perLease)
    {
        var module = BenchDaemon.Find("docs/samples/misc/noop.wasm");
        var yaml = string.Create(CultureInfo.InvariantCulture, $$"""
            name: noop
            module: {{module}}
            tasks: {{tasks}}
            limits: {memory: 1MiB, fuel: 10M, wall: 60s, output: 1KiB}
            placement: {tasks-per-lease: {{perLease}}, parallel: {{Workers}}}
            verification: {by: replicas, replicas: 2}
            """);
        var job = JobFile.Parse(yaml, "noop.yaml", Path.GetDirectoryName(module)!);
        var submission = await JobUpload.UploadAsync(client, job, [], CancellationToken.None);
        var watch = Stopwatch.StartNew();
        var id = await client.SubmitAsync(submission, CancellationToken.None);
        double began = 0;
        JobView? last = null;
        await foreach (var view in client.WatchAsync(id, CancellationToken.None))
        {
            last = view;
            if (began == 0 && view.Tasks.Any(static t => t.State >= TaskState.Running)) began = watch.Elapsed.TotalMilliseconds;
        }

        if (last?.State != JobState.Accepted) throw new InvalidOperationException($"the job was not accepted: {last}");
        return (began, watch.Elapsed.TotalMilliseconds);
    }

    private static double Quantile(List<double> values, double share) => values.Order().ElementAt((int)((values.Count - 1) * share));

    /// <summary>From the first offer that a job says or announces to the first bid that comes.</summary>
    private sealed class BidTimes
    {
        private long _offered;
        private double _first;

        public double FirstBid => _first;

        public void Reset() => (_offered, _first) = (0, 0);

        public NodeEffect? Said(NodeEffect effect)
        {
            if (_offered == 0 && (effect is Say { Message: OfferMessage } or Announce)) _offered = Stopwatch.GetTimestamp();
            return effect;
        }

        public void Heard(NodeEvent e)
        {
            if (_first == 0 && _offered != 0 && e is BidCame) _first = Stopwatch.GetElapsedTime(_offered).TotalMilliseconds;
        }
    }
}
