// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Gossip;

namespace PeerCompute.Libp2p.Tests.Gossip;

/// <summary>Many routers in virtual time: everybody gets everything, also after many of them are gone.</summary>
[CancelAfter(120_000)]
internal sealed class GossipNetworkTests
{
    [Test]
    public void Everybody_gets_everything([Values] bool floodPublish, [Values(1UL, 2UL)] ulong seed)
    {
        var lab = Network(new GossipOptions { FloodPublish = floodPublish }, 200, 20, seed);
        for (var i = 0; i < 40; i++)
        {
            lab.Publish(i);
            lab.Run(TimeSpan.FromMilliseconds(50));
        }

        lab.Run(TimeSpan.FromSeconds(10));
        Assert.That(lab.Deliveries, Is.EqualTo(40 * 199));
        Assert.That(lab.Nodes.Select(n => n.Router.Mesh(GossipLab.Topic).Count), Has.All.InRange(4, 12));
        Assert.That(lab.Nodes.SelectMany(n => lab.Nodes.Select(o => n.Router.Score(o.Id))), Has.All.Zero);
    }

    [Test]
    public void Gossip_carries_what_the_mesh_does_not()
    {
        var lab = Network(new GossipOptions { FloodPublish = false, Degree = 0, DegreeLow = 0, DegreeHigh = 0, DegreeScore = 0, DegreeOut = 0 }, 50, 10, 1);
        lab.Publish(0);
        lab.Run(TimeSpan.FromSeconds(20));
        Assert.That(lab.Deliveries, Is.EqualTo(49));
    }

    [Test]
    public void A_mesh_is_mended_within_three_heartbeats([Values(1UL, 2UL, 3UL)] ulong seed)
    {
        var lab = Network(GossipOptions.Default, 200, 20, seed);
        for (var i = 0; i < 40; i++) lab.Kill(100 + i);
        lab.Run(TimeSpan.FromSeconds(3.2));
        var alive = lab.Nodes.Where(n => !n.IsDead).ToList();
        Assert.That(alive.Select(n => n.Router.Mesh(GossipLab.Topic).Count), Has.All.GreaterThanOrEqualTo(4));
        for (var i = 0; i < 20; i++) lab.Publish(i);
        lab.Run(TimeSpan.FromSeconds(3));
        Assert.That(alive.Sum(n => n.Delivered.Count), Is.EqualTo(20 * 159));
    }

    [Test]
    public void Messages_under_way_while_nodes_die_arrive_all_the_same()
    {
        var lab = Network(GossipOptions.Default with { FloodPublish = false }, 200, 20, 1);
        for (var i = 0; i < 40; i++)
        {
            lab.Publish(i);
            lab.Kill(199 - i);
            lab.Run(TimeSpan.FromMilliseconds(100));
        }

        lab.Run(TimeSpan.FromSeconds(10));
        var alive = lab.Nodes.Where(n => !n.IsDead).ToList();
        Assert.That(alive.Sum(n => n.Delivered.Count), Is.EqualTo(40 * 159));
    }

    [Test]
    public void Who_only_publishes_is_heard()
    {
        var lab = new GossipLab(GossipOptions.Default with { FloodPublish = false }, 30);
        for (var i = 1; i < 30; i++)
        {
            var node = i;
            lab.Link(0, i);
            if (i > 1) lab.Link(i, i - 1);
            lab.Do(i, (router, effects) => router.Subscribe(GossipLab.Topic, lab.Now, effects));
        }

        lab.Run(TimeSpan.FromSeconds(2));
        lab.Publish(0);
        lab.Run(TimeSpan.FromSeconds(5));
        lab.Publish(0);
        lab.Run(TimeSpan.FromSeconds(5));
        Assert.That(lab.Deliveries, Is.EqualTo(2 * 29));
    }

    [Test]
    public void The_same_seed_gives_the_same_run()
    {
        Assert.That(Trace(7), Is.EqualTo(Trace(7)));
        Assert.That(Trace(7), Is.Not.EqualTo(Trace(8)));

        static List<(int, int, long)> Trace(ulong seed)
        {
            var trace = new List<(int, int, long)>();
            var lab = Network(GossipOptions.Default, 40, 10, seed, (lab, from, to) => trace.Add((from, to, lab.Now.Micros)));
            lab.Publish(0);
            lab.Run(TimeSpan.FromSeconds(5));
            return trace;
        }
    }

    [Test]
    public void A_quiet_router_is_small_and_sleeps()
    {
        const int routers = 500, peers = 30;
        var names = Enumerable.Range(0, peers + 1).Select(i => Base.Identity.PeerId.FromPublicKey([.. new byte[30], 1, (byte)i])).ToArray();
        var kept = new GossipRouter[routers];
        var effects = new List<GossipEffect>();
        Fill(0, 10); // what is made once is made by now
        var before = GC.GetTotalMemory(true);
        Fill(0, routers);
        var bytes = (GC.GetTotalMemory(true) - before) / routers;
        TestContext.Out.WriteLine($"{bytes} bytes per router");
        Assert.That(bytes, Is.LessThanOrEqualTo(4096));
        Assert.That(kept[0].NextWake, Is.EqualTo(Instant.Never));

        void Fill(int from, int count)
        {
            for (var i = from; i < count; i++)
            {
                kept[i] = new GossipRouter(names[peers], GossipOptions.Default, new Choices((ulong)i));
                kept[i].Subscribe(GossipLab.Topic, default, effects);
                for (var p = 0; p < peers; p++)
                {
                    kept[i].PeerUp(names[p], p % 2 == 0, default, effects);
                    kept[i].Receive(names[p], new GossipRpc { Subscriptions = [new GossipSubscription(true, GossipLab.Topic)] }, default, effects);
                }

                for (var now = 0; now < 5; now++) kept[i].Advance(new Instant(now * 1_500_000L), effects);
                effects.Clear();
            }
        }
    }

    [Test]
    public void A_router_without_peers_never_wakes()
    {
        var lab = new GossipLab(GossipOptions.Default, 1);
        lab.SubscribeAll();
        Assert.That(lab.Nodes[0].Router.NextWake, Is.EqualTo(Instant.Never));
    }

    /// <summary>Each node dials half as many others as it shall have neighbours on average; all subscribe.</summary>
    private static GossipLab Network(GossipOptions options, int nodes, int neighbours, ulong seed, Action<GossipLab, int, int>? watch = null)
    {
        var lab = new GossipLab(options, nodes, seed: seed);
        if (watch is not null)
        {
            lab.Carry = (from, to, _) =>
            {
                watch(lab, from, to);
                return true;
            };
        }

        var choices = new Choices(seed);
        for (var i = 0; i < nodes; i++)
        {
            for (var k = 0; k < neighbours / 2; k++)
            {
                var other = choices.Below(nodes);
                if (other != i) lab.Link(i, other);
            }
        }

        lab.SubscribeAll();
        lab.Run(TimeSpan.FromSeconds(5));
        return lab;
    }
}
