// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Net.Gossip;

namespace PeerCompute.Net.Tests.Gossip;

/// <summary>Gossip streams of one host beside a plain host that does with its own what it likes.</summary>
[CancelAfter(60_000)]
internal sealed class GossipStreamsTests
{
    private const string Topic = "/peercompute/1/offers/wasm";
    private const string Protocol = "/meshsub/1.1.0";
    private static readonly GossipRpc Hello = new() { Subscriptions = [new GossipSubscription(true, Topic)] };
    private static readonly GossipStreamLimits Quick = new()
    {
        ReopenAfter = TimeSpan.FromMilliseconds(20), InboundGrace = TimeSpan.FromMilliseconds(50), WriteTimeout = TimeSpan.FromMilliseconds(200),
        QueueBytes = 100_000,
    };

    private Channel<PeerStream> _opened = null!;
    private Host _ours = null!;
    private Host _theirs = null!;
    private GossipStreams _streams = null!;
    private Shell _shell = null!;

    private PeerId Them => _theirs.PeerId;

    [SetUp]
    public async Task Start()
    {
        _opened = Channel.CreateUnbounded<PeerStream>();
        _theirs = await TestHosts.StartAsync(2);
        _theirs.Handle(Protocol, async (stream, cancel) =>
        {
            _opened.Writer.TryWrite(stream);
            await Task.Delay(Timeout.Infinite, cancel);
        });
        _ours = await TestHosts.StartAsync(1, listen: false);
        _shell = new Shell();
        _streams = new GossipStreams(_ours, _shell, Quick);
        await _ours.ConnectAsync(_theirs.FullAddress());
    }

    [TearDown]
    public async Task Stop()
    {
        await _streams.DisposeAsync();
        await _ours.DisposeAsync();
        await _theirs.DisposeAsync();
    }

    [Test]
    public async Task A_peer_that_lists_the_protocol_gets_a_stream_and_what_is_sent(CancellationToken cancel)
    {
        Assert.That(await _shell.NextAsync(cancel), Is.EqualTo($"up {Them.Short()} True"));
        Assert.That(_streams.Send(Them, Hello), Is.True);
        var stream = await _opened.Reader.ReadAsync(cancel);
        Assert.That(await stream.ReadFrameAsync(1000, cancel), Is.EqualTo(Hello.Encoded.ToArray()));
        await _ours.DisconnectAsync(Them);
        Assert.That(await _shell.NextAsync(cancel), Is.EqualTo($"down {Them.Short()}"));
        Assert.That(_streams.Send(Them, Hello), Is.False);
    }

    [Test]
    public async Task What_a_peer_sends_arrives_however_it_is_cut(CancellationToken cancel)
    {
        await _shell.NextAsync(cancel);
        await using var stream = await _theirs.OpenAsync(_ours.PeerId, Protocol, cancel);
        var large = new GossipRpc { Subscriptions = [.. Enumerable.Range(0, 500).Select(i => new GossipSubscription(true, $"topic {i}"))] };
        byte[] all = [.. Frame(Hello), .. Frame(new GossipRpc()), .. Frame(large), .. Frame(Hello)];
        for (var at = 0; at < all.Length; at += 997) await stream.WriteAsync(all.AsMemory(at, Math.Min(997, all.Length - at)), cancel);
        foreach (var count in new[] { 1, 0, 500, 1 }) Assert.That(await _shell.NextAsync(cancel), Is.EqualTo($"rpc {Them.Short()} {count}"));
    }

    [Test]
    public async Task A_stream_of_ours_that_is_lost_is_opened_anew(CancellationToken cancel)
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.That(await _shell.NextAsync(cancel), Is.EqualTo($"up {Them.Short()} True"));
            (await _opened.Reader.ReadAsync(cancel)).Reset();
        }
    }

    [Test]
    public async Task When_the_stream_of_a_peer_ends_ours_is_opened_anew(CancellationToken cancel)
    {
        await _shell.NextAsync(cancel);
        await _opened.Reader.ReadAsync(cancel);
        var stream = await _theirs.OpenAsync(_ours.PeerId, Protocol, cancel);
        await stream.WriteFrameAsync(Hello.Encoded, cancel);
        Assert.That(await _shell.NextAsync(cancel), Does.StartWith("rpc"));
        await stream.DisposeAsync();
        await _opened.Reader.ReadAsync(cancel);
        Assert.That(await _shell.NextAsync(cancel), Does.StartWith("up"));
    }

    [Test]
    public async Task The_latest_stream_of_a_peer_is_the_one_that_is_read(CancellationToken cancel)
    {
        await _shell.NextAsync(cancel);
        await using var first = await _theirs.OpenAsync(_ours.PeerId, Protocol, cancel);
        await first.WriteFrameAsync(Hello.Encoded, cancel);
        Assert.That(await _shell.NextAsync(cancel), Does.StartWith("rpc"));
        await using var second = await _theirs.OpenAsync(_ours.PeerId, Protocol, cancel);
        await second.WriteFrameAsync(Hello.Encoded, cancel);
        Assert.That(await _shell.NextAsync(cancel), Does.StartWith("rpc"));
        Assert.That(async () => await first.ReadAsync(new byte[1], cancel), Throws.TypeOf<PeerComputeException>());
    }

    [Test]
    public async Task What_is_no_rpc_is_reported_and_its_stream_reset(CancellationToken cancel)
    {
        byte[][] bad = [[5, 1, 2, 3, 4, 5], [0xff, 0xff, 0xff, 0x7f], [0x80, 0x00], [.. Frame(Hello), 2, 0x0a, 50]];
        await _shell.NextAsync(cancel);
        foreach (var bytes in bad)
        {
            await using var stream = await _theirs.OpenAsync(_ours.PeerId, Protocol, cancel);
            await stream.WriteAsync(bytes, cancel);
            string said;
            do said = await _shell.NextAsync(cancel);
            while (!said.StartsWith("malformed", StringComparison.Ordinal));
            Assert.That(async () => await stream.ReadAsync(new byte[1], cancel), Throws.TypeOf<PeerComputeException>());
        }
    }

    [Test]
    public async Task A_peer_that_does_not_read_holds_little_and_loses_its_stream(CancellationToken cancel)
    {
        await _shell.NextAsync(cancel);
        await _opened.Reader.ReadAsync(cancel);
        var message = GossipMessage.Sign(TestHosts.Key(3), 1, Topic, new byte[10_000]);
        var rpc = new GossipRpc { Messages = [message] };
        var taken = 0;
        for (var idle = 0; idle < 10;)
        {
            if (_streams.Send(Them, rpc))
            {
                taken++;
                idle = 0;
            }
            else
            {
                idle++;
                await Task.Delay(5, cancel);
            }
        }

        Assert.That(taken * 10_000L, Is.LessThan(2_000_000), "the stream's window, its send buffer and the queue");
        await _opened.Reader.ReadAsync(cancel);
        Assert.That(await _shell.NextAsync(cancel), Does.StartWith("up"), "opened anew after the write timed out");
    }

    [Test]
    public void Control_is_sent_first_and_never_dropped_for_messages()
    {
        var queue = new GossipQueue(new GossipStreamLimits { QueueBytes = 1000, QueueControls = 3 });
        var rpc = new GossipRpc { Messages = [GossipMessage.Sign(TestHosts.Key(3), 1, Topic, new byte[300])] };
        Assert.That(Enumerable.Range(0, 5).Count(_ => queue.TryAdd(rpc)), Is.EqualTo(2));
        Assert.That(Enumerable.Range(0, 5).Count(_ => queue.TryAdd(Hello)), Is.EqualTo(3));
        var (buffer, length) = queue.Take()!.Value;
        Assert.That(buffer.AsSpan(0, length).ToArray(), Is.EqualTo((byte[])[.. Frame(Hello), .. Frame(Hello), .. Frame(Hello), .. Frame(rpc), .. Frame(rpc)]));
        Assert.That(queue.Take(), Is.Null);
        Assert.That(queue.TryAdd(rpc), Is.True);
    }

    [Test]
    public void A_pace_lets_bursts_pass_and_keeps_the_average()
    {
        var pace = new Pace(10, TimeSpan.FromSeconds(2));
        var now = new Base.Time.Instant(5_000_000);
        Assert.That(Enumerable.Range(0, 20).Select(_ => pace.Spend(1, now)), Has.All.EqualTo(TimeSpan.Zero));
        Assert.That(pace.Spend(1, now), Is.EqualTo(TimeSpan.FromMilliseconds(100)));
        Assert.That(pace.Spend(9, now), Is.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(pace.Spend(1, now + TimeSpan.FromSeconds(3)), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public async Task Ten_nodes_get_everything_of_each_other(CancellationToken cancel)
    {
        var nodes = await Task.WhenAll(Enumerable.Range(1, 10).Select(i => GossipNode.StartAsync((byte)i)));
        for (var i = 0; i < nodes.Length; i++)
        {
            for (var k = 1; k <= 4; k++) await nodes[i].Host.ConnectAsync(nodes[(i + k) % nodes.Length].Address, cancel);
        }

        foreach (var node in nodes) await node.SubscribeAsync(Topic);
        foreach (var node in nodes)
        {
            while ((await node.MeshAsync(Topic)).Count < 4) await Task.Delay(20, cancel);
        }

        for (var i = 0; i < 100; i++) await nodes[i % 10].PublishAsync(Topic, [(byte)i]);
        foreach (var (node, i) in nodes.Select((n, i) => (n, i)))
        {
            while (node.Delivered < 90) await Task.Delay(20, cancel);
            Assert.That(node.Payloads.Select(p => (int)p[0]), Is.EquivalentTo(Enumerable.Range(0, 100).Where(n => n % 10 != i)));
            Assert.That(node.Dropped, Is.Empty);
        }

        foreach (var node in nodes) await node.DisposeAsync();
    }

    private static byte[] Frame(GossipRpc rpc)
    {
        var frame = new byte[Varint.Length((ulong)rpc.Encoded.Length) + rpc.Encoded.Length];
        rpc.Encoded.CopyTo(frame.AsMemory(Varint.Write(frame, (ulong)rpc.Encoded.Length)));
        return frame;
    }

    /// <summary>Writes down what it hears.</summary>
    private sealed class Shell : IGossipShell
    {
        private readonly Channel<string> _said = Channel.CreateUnbounded<string>();

        public ValueTask<string> NextAsync(CancellationToken cancel) => _said.Reader.ReadAsync(cancel);

        public void PeerUp(PeerId peer, bool outbound) => Say($"up {peer.Short()} {outbound}");

        public void PeerDown(PeerId peer) => Say($"down {peer.Short()}");

        public void Malformed(PeerId peer) => Say($"malformed {peer.Short()}");

        public ValueTask ReceivedAsync(PeerId peer, GossipRpc rpc, CancellationToken cancel)
        {
            Say($"rpc {peer.Short()} {rpc.Subscriptions.Length}");
            return default;
        }

        private void Say(string what) => _said.Writer.TryWrite(what);
    }
}
