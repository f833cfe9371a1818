// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Core;
using PeerCompute.Core.Events;
using PeerCompute.Net;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Node.Effects;

/// <summary>
/// Messages from peers: the frames of a stream in their order, one or many, each bounded before it is read, decoded and checked outside the loop. What a peer
/// sends at once, before the machine has been told that it is up, waits for that: the answer would be dropped.
/// </summary>
internal sealed class Inbox
{
    /// <summary>A stream that brings no further message for so long is let go.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan FrameTimeout = TimeSpan.FromSeconds(10);

    private readonly Host _host;
    private readonly ISigner _signer;
    private readonly RateLimit _rate;
    private readonly Func<NodeEvent, CancellationToken, ValueTask> _post;
    private readonly Action<string> _log;
    private readonly ConcurrentDictionary<PeerId, TaskCompletionSource> _told = new();
    private long _taken;
    private long _broken;

    /// <summary>Begins to take messages.</summary>
    public Inbox(Host host, ISigner signer, TimeProvider time, Func<NodeEvent, CancellationToken, ValueTask> post, Action<string> log)
    {
        (_host, _signer, _rate, _post, _log) = (host, signer, new RateLimit(time), post, log);
        foreach (var protocol in (string[])[Protocols.Offer, Protocols.Bid, Protocols.Lease]) host.Handle(protocol, TakeAsync);
    }

    /// <summary>Messages that became events.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Messages that broke a rule.</summary>
    public long Broken => Interlocked.Read(ref _broken);

    /// <summary>The machine knows that a peer is up: its messages may come.</summary>
    public void Up(PeerId peer) => Told(peer).TrySetResult();

    /// <summary>Forgets a peer that is gone.</summary>
    public void Down(PeerId peer)
    {
        _told.TryRemove(peer, out _);
        _rate.Forget(peer);
    }

    private TaskCompletionSource Told(PeerId peer) =>
        _told.GetOrAdd(peer, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task TakeAsync(PeerStream stream, CancellationToken cancel)
    {
        try
        {
            if (!await TakeOneAsync(stream, cancel).ConfigureAwait(false)) throw new WireException("frame", "missing");
            while (await MoreAsync(stream, cancel).ConfigureAwait(false) && await TakeOneAsync(stream, cancel).ConfigureAwait(false)) continue;
        }
        catch (WireException e)
        {
            Interlocked.Increment(ref _broken);
            stream.Reset();
            if (!_rate.Offend(stream.Peer)) return;
            _log($"{stream.Peer} sent {RateLimit.OffencesMost} broken messages, the last: {e.Message}; its connection is ended.");
            await _host.DisconnectAsync(stream.Peer).ConfigureAwait(false);
        }
    }

    private async Task<bool> TakeOneAsync(PeerStream stream, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(FrameTimeout);
        var frame = await stream.ReadFrameAsync(PeerMessage.MaxFrame(stream.Protocol), limit.Token).ConfigureAwait(false);
        if (frame is null) return false;
        var wait = _rate.Take(stream.Peer);
        if (wait > TimeSpan.Zero) await Task.Delay(wait, cancel).ConfigureAwait(false);
        var admitted = Admission.Admit(_signer, stream.Peer, PeerMessage.Decode(stream.Protocol, frame));
        await ToldAsync(stream.Peer, limit.Token).ConfigureAwait(false);
        Interlocked.Increment(ref _taken);
        await _post(admitted, cancel).ConfigureAwait(false);
        return true;
    }

    /// <summary>Waits for the first byte of a further message, or the stream's end.</summary>
    /// <returns>False when it is let go.</returns>
    private static async Task<bool> MoreAsync(PeerStream stream, CancellationToken cancel)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        idle.CancelAfter(Idle);
        try
        {
            await stream.ReadAsync(Memory<byte>.Empty, idle.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task ToldAsync(PeerId peer, CancellationToken limit)
    {
        var told = Told(peer);
        try
        {
            await told.Task.WaitAsync(limit).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Gone before it was told: nobody else would forget it.
            _told.TryRemove(KeyValuePair.Create(peer, told));
            throw;
        }
    }
}
