// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Net.Gossip;

namespace PeerCompute.Net.Tests.Gossip;

/// <summary>
/// The smallest shell around a router: a host, its gossip streams, one loop that owns the router. Accepts every message with a good signature.
/// </summary>
internal sealed class GossipNode : IGossipShell, IAsyncDisposable
{
    private readonly Channel<Action<List<GossipEffect>>> _inputs = Channel.CreateBounded<Action<List<GossipEffect>>>(
        new BoundedChannelOptions(4096) { SingleReader = true });

    private readonly KeyPair _key;
    private readonly GossipRouter _router;
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly CancellationTokenSource _stop = new();
    private GossipStreamLimits? _limits;
    private GossipStreams _streams = null!;
    private Task _loop = Task.CompletedTask;
    private long _delivered;

    private GossipNode(KeyPair key, GossipOptions options)
    {
        _key = key;
        _router = new GossipRouter(key.PeerId, options, new Choices((ulong)key.PeerId.GetHashCode()));
    }

    public Host Host { get; private set; } = null!;

    public PeerId Id => Host.PeerId;

    public Multiaddr Address => Host.ListenAddresses[0].WithPeer(Host.PeerId);

    /// <summary>Payloads delivered.</summary>
    public ConcurrentQueue<byte[]> Payloads { get; } = new();

    public long Delivered => Volatile.Read(ref _delivered);

    public ConcurrentQueue<PeerId> Dropped { get; } = new();

    /// <summary>Whether payloads are kept.</summary>
    public bool Keeps { get; init; } = true;

    private Instant Now => new(Stopwatch.GetElapsedTime(_start).Ticks / TimeSpan.TicksPerMicrosecond);

    public static async Task<GossipNode> StartAsync(byte seed, GossipOptions? options = null, GossipStreamLimits? limits = null, bool keeps = true)
    {
        var key = KeyPair.FromSeed([.. new byte[30], 7, seed]);
        var node = new GossipNode(key, options ?? GossipOptions.Default) { Keeps = keeps };
        node.Host = await Host.StartAsync(new HostOptions { Key = key, Listen = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] });
        node._loop = Task.Run(node.RunAsync);
        node._limits = limits;
        node._streams = new GossipStreams(node.Host, node, limits);
        return node;
    }

    public Task SubscribeAsync(string topic) => AskAsync((router, effects) =>
    {
        router.Subscribe(topic, Now, effects);
        return true;
    });

    public Task<MessageId> PublishAsync(string topic, byte[] data) => AskAsync((router, effects) => router.Publish(_key, topic, data, Now, effects));

    public Task<IReadOnlyList<PeerId>> MeshAsync(string topic) => AskAsync((router, _) => router.Mesh(topic));

    public Task<IReadOnlyList<PeerId>> SubscribersAsync(string topic) => AskAsync((router, _) => router.Subscribers(topic));

    public Task<long> ScoreAsync(PeerId peer) => AskAsync((router, _) => router.Score(peer));

    /// <summary>Ends all gossip streams and begins with new ones; the connections stay.</summary>
    public async Task RestartStreamsAsync()
    {
        await _streams.DisposeAsync();
        _streams = new GossipStreams(Host, this, _limits);
    }

    public async ValueTask DisposeAsync()
    {
        await _streams.DisposeAsync();
        await Host.DisposeAsync();
        await _stop.CancelAsync();
        await _loop;
    }

    void IGossipShell.PeerUp(PeerId peer, bool outbound) => Post(effects => _router.PeerUp(peer, outbound, Now, effects));

    void IGossipShell.PeerDown(PeerId peer) => Post(_ => _router.PeerDown(peer, Now));

    void IGossipShell.Malformed(PeerId peer) => Post(effects => _router.Malformed(peer, Now, effects));

    ValueTask IGossipShell.ReceivedAsync(PeerId peer, GossipRpc rpc, CancellationToken cancel) =>
        _inputs.Writer.WriteAsync(effects => _router.Receive(peer, rpc, Now, effects), cancel);

    private void Post(Action<List<GossipEffect>> input)
    {
        if (!_inputs.Writer.TryWrite(input)) _ = _inputs.Writer.WriteAsync(input, _stop.Token).AsTask();
    }

    private async Task<T> AskAsync<T>(Func<GossipRouter, List<GossipEffect>, T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(effects =>
        {
            try
            {
                answer.SetResult(question(_router, effects));
            }
            catch (Exception e)
            {
                answer.SetException(e);
            }
        });
        return await answer.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private async Task RunAsync()
    {
        var effects = new List<GossipEffect>();
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                while (_inputs.Reader.TryRead(out var input))
                {
                    input(effects);
                    CarryOut(effects);
                }

                var wait = _router.NextWake == Instant.Never ? TimeSpan.FromSeconds(1) : _router.NextWake - Now;
                if (wait <= TimeSpan.Zero)
                {
                    _router.Advance(Now, effects);
                    CarryOut(effects);
                    continue;
                }

                await WaitAsync(wait);
            }
        }
        catch (OperationCanceledException)
        {
            // Asked to end.
        }
    }

    private async Task WaitAsync(TimeSpan wait)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limit.CancelAfter(wait);
        try
        {
            await _inputs.Reader.WaitToReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            // The next heartbeat.
        }
    }

    private void CarryOut(List<GossipEffect> effects)
    {
        for (var i = 0; i < effects.Count; i++)
        {
            switch (effects[i])
            {
                case GossipSend send: _streams.Send(send.Peer, send.Rpc); break;
                case GossipDrop drop: Dropped.Enqueue(drop.Peer); break;
                case GossipCheck { Message: var message }:
                    ThreadPool.UnsafeQueueUserWorkItem(static w => w.Node.Check(w.Message), (Node: this, Message: message), preferLocal: false);
                    break;
                case GossipDeliver { Message: var message }:
                    Interlocked.Increment(ref _delivered);
                    if (Keeps) Payloads.Enqueue(message.Data.ToArray());
                    _router.Judge(message.Id, GossipVerdict.Accept, Now, effects);
                    break;
            }
        }

        effects.Clear();
    }

    private void Check(GossipMessage message)
    {
        var good = message.CheckSignature();
        Post(effects => _router.Checked(message, good, Now, effects));
    }
}
