// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Identity;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Net.Gossip;
using PeerCompute.Net.Tests.Gossip;

namespace PeerCompute.Benchmarks.Network;

/// <summary>
/// Ten nodes over loopback on one topic, each dialling four others, publishing 256 bytes as fast as they take it with 2000 deliveries outstanding: ours in
/// this process, js-libp2p's in one process (js/gossip-rate.mjs). Rounds take turns.
/// </summary>
internal static class GossipRates
{
    private const string Topic = "/bench/1";
    private const int Nodes = 10;
    private const int Neighbours = 4;
    private const int Outstanding = 2000;
    private const int Seconds = 5;
    private const int Payload = 256;
    private const int Rounds = 3;

    public static async IAsyncEnumerable<Figure> RunAsync()
    {
        yield return new Figure("gossip, quiet heartbeat with 30 peers", QuietBeat(), "ns", Better: "lower");
        List<Rate> ours = [], theirs = [];
        for (var i = 0; i < Rounds; i++)
        {
            ours.Add(await OursAsync());
            if (await TheirsAsync() is { } their) theirs.Add(their);
        }

        var their1 = theirs.Count == 0 ? (double?)null : Median(theirs, r => r.PerSecond);
        var their2 = theirs.Count == 0 ? (double?)null : Median(theirs, r => r.CpuMicros);
        yield return new Figure("gossip, 10 nodes, deliveries, against js-libp2p", Median(ours, r => r.PerSecond), "1/s", their1);
        yield return new Figure("gossip, 10 nodes, processor time of a delivery", Median(ours, r => r.CpuMicros), "us", their2, "lower");
        yield return new Figure("gossip, 10 nodes, delivered", Median(ours, r => r.Share), "", theirs.Count == 0 ? null : Median(theirs, r => r.Share));
    }

    /// <summary>Nanoseconds of a heartbeat of a router with 30 peers and a mesh, when nothing happens.</summary>
    private static double QuietBeat()
    {
        const int beats = 200_000;
        var effects = new List<GossipEffect>();
        var key = KeyPair.FromSeed(new byte[32]).PeerId;
        var router = new GossipRouter(key, GossipOptions.Default, new Choices(1));
        router.Subscribe(Topic, default, effects);
        for (byte i = 1; i <= 30; i++)
        {
            var peer = PeerId.FromPublicKey([.. new byte[31], i]);
            router.PeerUp(peer, i % 2 == 0, default, effects);
            router.Receive(peer, new GossipRpc { Subscriptions = [new GossipSubscription(true, Topic)] }, default, effects);
        }

        for (var i = 0; i < beats; i++) router.Advance(router.NextWake, effects);
        var begin = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < beats; i++) router.Advance(router.NextWake, effects);
        return (Environment.CpuUsage.TotalTime - begin).TotalNanoseconds / beats;
    }

    private static async Task<Rate> OursAsync()
    {
        var options = GossipOptions.Default with { MessageBurst = 1_000_000, MessageGap = TimeSpan.FromMicroseconds(1) };
        var limits = new GossipStreamLimits { BytesPerSecond = 1 << 30, RpcsPerSecond = 10_000_000 };
        var nodes = await Task.WhenAll(Enumerable.Range(1, Nodes).Select(i => GossipNode.StartAsync((byte)i, options, limits, keeps: false)));
        for (var i = 0; i < Nodes; i++)
        {
            for (var k = 1; k <= Neighbours; k++) await nodes[i].Host.ConnectAsync(nodes[(i + k) % Nodes].Address);
        }

        foreach (var node in nodes) await node.SubscribeAsync(Topic);
        foreach (var node in nodes)
        {
            while ((await node.MeshAsync(Topic)).Count < 4) await Task.Delay(50);
        }

        long Delivered() => nodes.Sum(n => n.Delivered);
        var payload = new byte[Payload];
        var published = 0;
        var cpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed.TotalSeconds < Seconds)
        {
            if ((published * (Nodes - 1)) - Delivered() > Outstanding) await Task.Delay(1);
            else await nodes[published++ % Nodes].PublishAsync(Topic, payload);
        }

        var expected = published * (Nodes - 1);
        for (var i = 0; i < 100 && Delivered() < expected; i++) await Task.Delay(50);
        var rate = new Rate(Delivered(), expected, watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds);
        foreach (var node in nodes) await node.DisposeAsync();
        return rate;
    }

    /// <summary>Null where the packages are not installed.</summary>
    private static async Task<Rate?> TheirsAsync()
    {
        if (JsPair.Find() is not var (folder, node)) return null;
        await using var child = Child.Start(node, folder, "gossip-rate.mjs", $"{Seconds}", $"{Payload}");
        var said = await child.ReadAsync();
        return new Rate((long)said["delivered"]!, (long)said["expected"]!, (double)said["seconds"]!, (double)said["cpuMs"]!);
    }

    private static double Median(List<Rate> rates, Func<Rate, double> what) => rates.Select(what).Order().ElementAt(rates.Count / 2);

    private sealed record Rate(long Delivered, long Expected, double Seconds, double CpuMs)
    {
        public double PerSecond => Delivered / Seconds;

        public double CpuMicros => 1000 * CpuMs / Delivered;

        public double Share => (double)Delivered / Expected;
    }
}
