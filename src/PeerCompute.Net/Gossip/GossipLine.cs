// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Libp2p.Gossip;

namespace PeerCompute.Net.Gossip;

/// <summary>
/// The streams with one peer: ours, which we only write to and open anew when it is lost, and its own, which we only read
/// (libp2p/specs pubsub/README.md, "Stream management"). Lives as long as the peer is connected.
/// </summary>
internal sealed class GossipLine(PeerId peer, string protocol, Host host, GossipStreamLimits limits, TimeProvider time)
{
    private readonly GossipQueue _queue = new(limits);
    private readonly CancellationTokenSource _end = new();
    private CancellationTokenSource? _outbound;
    private CancellationTokenSource? _inbound;
    private int _inGrace;

    /// <summary>Our stream is a new one; what waited for the old one is dropped.</summary>
    public required Action Restarted { get; init; }

    /// <summary>Queues an RPC.</summary>
    /// <returns>False when it was dropped.</returns>
    public bool Send(GossipRpc rpc)
    {
        if (_queue.TryAdd(rpc)) return true;
        if (rpc.HasControl) Reopen();
        return false;
    }

    public void End() => _end.Cancel();

    /// <summary>Opens our stream, writes what is queued, opens it anew when it is lost.</summary>
    public async Task RunAsync()
    {
        var pause = limits.ReopenAfter;
        for (var isFirst = true; !_end.IsCancellationRequested; isFirst = false)
        {
            try
            {
                var stream = await host.OpenAsync(peer, protocol, _end.Token).ConfigureAwait(false);
                if (!isFirst)
                {
                    _queue.Clear();
                    Restarted();
                }

                pause = limits.ReopenAfter;
                await WriteAsync(stream).ConfigureAwait(false);
            }
            catch (Exception e) when (e is PeerComputeException || (e is OperationCanceledException && !_end.IsCancellationRequested))
            {
                // Lost, stuck or refused: tried again while the peer is connected.
            }

            await Task.Delay(pause, time, _end.Token).ConfigureAwait(false);
            pause = TimeSpan.FromTicks(long.Min(2 * pause.Ticks, limits.ReopenAtMost.Ticks));
        }
    }

    /// <summary>Another stream of the peer's: the latest is the one that is read.</summary>
    /// <returns>Ends when a later one takes over, or with the line.</returns>
    public CancellationTokenSource BeginInbound(CancellationToken cancel)
    {
        var mine = CancellationTokenSource.CreateLinkedTokenSource(cancel, _end.Token);
        if (Interlocked.Exchange(ref _inbound, mine) is { } earlier)
        {
            earlier.Cancel();
            earlier.Dispose();
        }

        return mine;
    }

    /// <summary>A stream of the peer's is over. If it opens no other, ours is opened anew.</summary>
    public async Task EndInboundAsync(CancellationTokenSource inbound)
    {
        if (Interlocked.CompareExchange(ref _inbound, null, inbound) != inbound) return;
        inbound.Dispose();
        if (Interlocked.Exchange(ref _inGrace, 1) == 1) return;
        await Task.Delay(limits.InboundGrace, time, _end.Token).ConfigureAwait(false);
        Volatile.Write(ref _inGrace, 0);
        if (Volatile.Read(ref _inbound) is null) Reopen();
    }

    private void Reopen() => Volatile.Read(ref _outbound)?.Cancel();

    private async Task WriteAsync(PeerStream stream)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        Volatile.Write(ref _outbound, lost);
        var watch = WatchAsync(stream, lost);
        try
        {
            while (true)
            {
                await _queue.Ready.WaitAsync(lost.Token).ConfigureAwait(false);
                lost.Token.ThrowIfCancellationRequested();
                while (_queue.Take() is var (buffer, length))
                {
                    lost.CancelAfter(limits.WriteTimeout);
                    await stream.WriteAsync(buffer.AsMemory(0, length), lost.Token).ConfigureAwait(false);
                    lost.CancelAfter(Timeout.InfiniteTimeSpan);
                    ArrayPool<byte>.Shared.Return(buffer);
                }
            }
        }
        finally
        {
            Volatile.Write(ref _outbound, null);
            stream.Reset();
            await watch.ConfigureAwait(false);
        }
    }

    /// <summary>Notices that our stream is lost while nothing is written. The peer never writes on it; it may end its side.</summary>
    private static async Task WatchAsync(PeerStream stream, CancellationTokenSource lost)
    {
        try
        {
            var nothing = new byte[1];
            while (await stream.ReadAsync(nothing, lost.Token).ConfigureAwait(false) > 0) continue;
        }
        catch (PeerComputeException)
        {
            await lost.CancelAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Lost already.
        }
    }
}
