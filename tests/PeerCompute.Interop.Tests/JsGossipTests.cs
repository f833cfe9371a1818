// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Net.Tests.Gossip;

namespace PeerCompute.Interop.Tests;

/// <summary>
/// A mesh of three js-libp2p peers and three nodes of ours on one topic, connected as a ring in which no two alike are neighbours, and some chords.
/// </summary>
[CancelAfter(180_000)]
internal sealed class JsGossipTests
{
    private const string Topic = "/peercompute/1/offers/wasm";
    private const int Pairs = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<JsPeer> _js = [];
    private readonly List<GossipNode> _ours = [];

    [TearDown]
    public async Task Stop()
    {
        foreach (var node in _ours) await node.DisposeAsync();
        foreach (var peer in _js) await peer.DisposeAsync();
        _ours.Clear();
        _js.Clear();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Everybody_gets_everything_of_everybody_else(bool floodPublish)
    {
        await StartAsync(new { floodPublish }, GossipOptions.Default with { FloodPublish = floodPublish });
        await EventuallyAsync("a full mesh", async () =>
        {
            foreach (var node in _ours)
            {
                if ((await node.MeshAsync(Topic)).Count < 3) return false;
            }

            foreach (var peer in _js)
            {
                if ((await peer.CallAsync("mesh", new { topic = Topic }))["mesh"]!.AsArray().Count < 3) return false;
            }

            return true;
        });
        await PublishAndGatherAsync(each: 10);
    }

    [Test]
    public async Task Gossip_alone_carries_messages()
    {
        // Meshes of no links: only IHAVE and IWANT remain.
        await StartAsync(
            new { floodPublish = false, D = 0, Dlo = 0, Dhi = 0, Dscore = 0, Dout = 0, fanoutTTL = 1 },
            GossipOptions.Default with { FloodPublish = false, Degree = 0, DegreeLow = 0, DegreeHigh = 0, DegreeScore = 0, DegreeOut = 0 });
        await EventuallyAsync("subscriptions are known", async () =>
        {
            foreach (var node in _ours)
            {
                if ((await node.SubscribersAsync(Topic)).Count < 3) return false;
            }

            foreach (var peer in _js)
            {
                if ((await peer.CallAsync("mesh", new { topic = Topic }))["subscribers"]!.AsArray().Count < 3) return false;
            }

            return true;
        });
        await PublishAndGatherAsync(each: 2);
        foreach (var node in _ours) Assert.That(await node.MeshAsync(Topic), Is.Empty);
    }

    [Test]
    public async Task Streams_that_were_lost_come_back()
    {
        var js = await JsPeer.StartAsync(new { dht = false });
        var node = await GossipNode.StartAsync(1);
        _js.Add(js);
        _ours.Add(node);
        await node.Host.ConnectAsync(js.Address);
        await node.SubscribeAsync(Topic);
        await js.CallAsync("subscribe", new { topic = Topic });
        for (var round = 0; round < 3; round++)
        {
            // Messages that fall between two streams are lost, so it is said until it is heard.
            await EventuallyAsync("theirs is heard", async () =>
            {
                await js.CallAsync("publish", new { topic = Topic, data = Payload("js", round) });
                return node.Payloads.Select(Convert.ToBase64String).Contains(Payload("js", round));
            });
            await EventuallyAsync("ours is heard", async () =>
            {
                await node.PublishAsync(Topic, Convert.FromBase64String(Payload("cs", round)));
                return (await ReceivedAsync(js)).Contains(Payload("cs", round));
            });
            await node.RestartStreamsAsync();
        }
    }

    private static async Task EventuallyAsync(string what, Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            Assert.That(limit.IsCancellationRequested, Is.False, $"{what}: not within {Patience}");
            await Task.Delay(50);
        }
    }

    private static string Payload(string who, int i) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{who} {i}"));

    private async Task StartAsync(object jsOptions, GossipOptions options)
    {
        for (var i = 0; i < Pairs; i++)
        {
            _js.Add(await JsPeer.StartAsync(new { gossip = jsOptions, dht = false }));
            _ours.Add(await GossipNode.StartAsync((byte)(i + 1), options));
        }

        for (var i = 0; i < Pairs; i++)
        {
            // Ours dial half of the ring and one chord each; theirs dial the other half.
            await _ours[i].Host.ConnectAsync(_js[i].Address);
            await _js[i].CallAsync("dial", new { address = _ours[(i + 1) % Pairs].Address.ToString() });
            if (i % 2 == 0) await _ours[i].Host.ConnectAsync(_ours[(i + 1) % Pairs].Address);
            else await _js[i].CallAsync("dial", new { address = _js[(i + 1) % Pairs].Address.ToString() });
        }

        await _ours[0].Host.ConnectAsync(_js[1].Address);
        await _js[2].CallAsync("dial", new { address = _js[0].Address.ToString() });
        foreach (var node in _ours) await node.SubscribeAsync(Topic);
        foreach (var peer in _js) await peer.CallAsync("subscribe", new { topic = Topic });
    }

    private async Task PublishAndGatherAsync(int each)
    {
        var all = new List<string>();
        var own = new Dictionary<object, List<string>>();
        for (var who = 0; who < Pairs; who++)
        {
            var theirs = Enumerable.Range(0, each).Select(i => Payload($"js {who}", i)).ToList();
            var ours = Enumerable.Range(0, each).Select(i => Payload($"cs {who}", i)).ToList();
            foreach (var data in theirs) await _js[who].CallAsync("publish", new { topic = Topic, data });
            foreach (var data in ours) await _ours[who].PublishAsync(Topic, Convert.FromBase64String(data));
            all.AddRange([.. theirs, .. ours]);
            own[_js[who]] = theirs;
            own[_ours[who]] = ours;
        }

        foreach (var peer in _js)
        {
            await EventuallyAsync("a js peer has all", async () => (await ReceivedAsync(peer)).Count >= all.Count - each);
            Assert.That(await ReceivedAsync(peer), Is.EquivalentTo(all.Except(own[peer])));
            var scores = (await peer.CallAsync("scores", new { }))["scores"]!.AsObject();
            Assert.That(scores.Select(s => (double)s.Value!), Has.All.GreaterThanOrEqualTo(0));
        }

        foreach (var node in _ours)
        {
            await EventuallyAsync("a node of ours has all", () => Task.FromResult(node.Payloads.Count >= all.Count - each));
            Assert.That(node.Payloads.Select(Convert.ToBase64String), Is.EquivalentTo(all.Except(own[node])));
            foreach (var peer in node.Host.Peers) Assert.That(await node.ScoreAsync(peer.Id), Is.Zero);
        }
    }

    private static async Task<List<string>> ReceivedAsync(JsPeer peer) =>
        [.. (await peer.CallAsync("received", new { topic = Topic }))["data"]!.AsArray().Select(d => (string)d!)];
}
