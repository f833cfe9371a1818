// SPDX-License-Identifier: Apache-2.0
using System.Threading.Channels;
using PeerCompute.Base.Identity;
using PeerCompute.Core.Events;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Net.Gossip;

namespace PeerCompute.Node.Mesh;

/// <summary>Brings gossip to the loop, in the order in which it came. A peer has one RPC here at a time, so the queue is as long as there are peers.</summary>
internal sealed class GossipShell : IGossipShell, IAsyncDisposable
{
    private readonly Func<NodeEvent, CancellationToken, ValueTask> _post;
    private readonly Channel<(NodeEvent Event, TaskCompletionSource? Taken)> _queue
        = Channel.CreateUnbounded<(NodeEvent, TaskCompletionSource?)>(new UnboundedChannelOptions { SingleReader = true });

    private readonly Task _telling;
    private long _malformed;

    public GossipShell(Func<NodeEvent, CancellationToken, ValueTask> post)
    {
        _post = post;
        _telling = Task.Run(TellAsync);
    }

    /// <summary>RPCs that were none.</summary>
    public long Malformed => Interlocked.Read(ref _malformed);

    public void PeerUp(PeerId peer, bool outbound) => _queue.Writer.TryWrite((new GossipUp(peer, outbound), null));

    public void PeerDown(PeerId peer) => _queue.Writer.TryWrite((new GossipDown(peer), null));

    public async ValueTask ReceivedAsync(PeerId peer, GossipRpc rpc, CancellationToken cancel)
    {
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_queue.Writer.TryWrite((new GossipCame(peer, rpc), taken))) await taken.Task.WaitAsync(cancel).ConfigureAwait(false);
    }

    void IGossipShell.Malformed(PeerId peer)
    {
        Interlocked.Increment(ref _malformed);
        _queue.Writer.TryWrite((new GossipBroken(peer), null));
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _telling.ConfigureAwait(false);
    }

    private async Task TellAsync()
    {
        await foreach (var (e, taken) in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            await _post(e, CancellationToken.None).ConfigureAwait(false);
            taken?.TrySetResult();
        }
    }
}
