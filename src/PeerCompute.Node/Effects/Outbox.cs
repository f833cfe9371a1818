// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Net;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Node.Effects;

/// <summary>
/// Messages to peers: one queue and one sender for each, and one stream for each protocol, held from message to message, so messages to a peer come in order.
/// A message that cannot be sent is dropped; the machines bring both sides together again when the connection is back.
/// </summary>
/// <param name="host">Opens streams.</param>
/// <param name="log">Lines for the operator.</param>
internal sealed class Outbox(Host host, Action<string> log) : IAsyncDisposable
{
    /// <summary>Messages that may wait for one peer; further ones are dropped.</summary>
    public const int WaitingPerPeer = 1024;

    /// <summary>Streams to a peer that is sent nothing for so long are let go: sooner than <see cref="Inbox.Idle"/>, so the sender ends them.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, (Channel<PeerMessage> Queue, Task Sender)> _peers = [];
    private readonly CancellationTokenSource _stop = new();
    private long _sent;
    private long _sentBytes;

    /// <summary>Messages that were sent.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Their bytes: kind and body.</summary>
    public long SentBytes => Interlocked.Read(ref _sentBytes);

    /// <summary>Counts a message that is sent.</summary>
    /// <param name="bytes">Its frame.</param>
    public void Count(int bytes)
    {
        Interlocked.Increment(ref _sent);
        Interlocked.Add(ref _sentBytes, bytes);
    }

    /// <summary>Queues a message; dropped where there is no connection.</summary>
    public void Send(PeerId to, PeerMessage message)
    {
        lock (_gate)
        {
            if (!_peers.TryGetValue(to, out var peer)) return;
            if (!peer.Queue.Writer.TryWrite(message)) log($"{to.Short()} takes no messages: {WaitingPerPeer} wait for it, one was dropped.");
        }
    }

    /// <summary>A peer is connected: messages to it are sent from now on.</summary>
    public void Up(PeerId peer)
    {
        lock (_gate)
        {
            if (_stop.IsCancellationRequested || _peers.ContainsKey(peer)) return;
            var queue = Channel.CreateBounded<PeerMessage>(new BoundedChannelOptions(WaitingPerPeer) { SingleReader = true });
            _peers[peer] = (queue, Task.Run(() => SendAsync(peer, queue.Reader)));
        }
    }

    /// <summary>A peer is gone: what waits for it is dropped.</summary>
    public void Down(PeerId peer)
    {
        lock (_gate)
        {
            if (!_peers.Remove(peer, out var left)) return;
            left.Queue.Writer.TryComplete();
            while (left.Queue.Reader.TryRead(out _)) continue;
        }
    }

    /// <summary>Sends what waits, for two seconds at most.</summary>
    public async ValueTask DisposeAsync()
    {
        List<Task> senders = [];
        lock (_gate)
        {
            foreach (var (queue, sender) in _peers.Values)
            {
                queue.Writer.TryComplete();
                senders.Add(sender);
            }

            _peers.Clear();
        }

        _stop.CancelAfter(DrainTimeout);
        await Task.WhenAll(senders).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
    }

    private async Task SendAsync(PeerId peer, ChannelReader<PeerMessage> queue)
    {
        var streams = new Dictionary<string, HeldStream>(StringComparer.Ordinal); // as many as there are protocols of messages
        do
        {
            while (queue.TryRead(out var message))
            {
                if (!streams.TryGetValue(message.Protocol, out var stream))
                    streams[message.Protocol] = stream = new HeldStream(host, peer, message.Protocol, TimeProvider.System);
                if (!_stop.IsCancellationRequested) await SendAsync(stream, message).ConfigureAwait(false);
            }
        }
        while (await MoreAsync(queue, streams.Values).ConfigureAwait(false));
        foreach (var stream in streams.Values) stream.LetGo();
    }

    private static async Task<bool> MoreAsync(ChannelReader<PeerMessage> queue, IReadOnlyCollection<HeldStream> streams)
    {
        var more = queue.WaitToReadAsync().AsTask();
        try
        {
            return await more.WaitAsync(Idle).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            foreach (var stream in streams) stream.LetGo();
            return await more.ConfigureAwait(false);
        }
    }

    private async Task SendAsync(HeldStream stream, PeerMessage message)
    {
        FaultPoint.Hit("effect.say.before");
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            limit.CancelAfter(SendTimeout);
            var frame = message.Frame();
            await stream.WriteFrameAsync(frame, limit.Token).ConfigureAwait(false);
            Count(frame.Length);
        }
        catch (Exception e) when (e is PeerComputeException or OperationCanceledException or ObjectDisposedException)
        {
            return; // the connection is going or the peer does not answer: the machines sync when it is back
        }

        FaultPoint.Hit("effect.say.after");
    }
}
