// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Collections;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Net.Connections;

namespace PeerCompute.Net.Requests;

/// <summary>
/// Protocols of one request and one answer: messages behind their lengths, a stream for each request, several requests answered per stream. It carries
/// Kademlia and whatever asks the same way. Safe for all threads.
/// </summary>
/// <param name="host">Where the streams are.</param>
/// <param name="limits">Bounds; the defaults where null.</param>
/// <param name="time">Clock; the system's where null.</param>
public sealed class RequestStreams(Host host, RequestLimits? limits = null, TimeProvider? time = null) : IDisposable
{
    private readonly RequestLimits _limits = limits ?? new RequestLimits();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Clock _clock = new(time ?? TimeProvider.System);
    private readonly Dialer _dialer = new(host, limits ?? new RequestLimits(), time ?? TimeProvider.System);
    private readonly Lock _gate = new();
    private readonly OrderedMap<PeerId, Allowance> _allowances = new((limits ?? new RequestLimits()).Peers);

    /// <summary>Asks a peer, dialling it where it is not connected.</summary>
    /// <param name="peer">Whom.</param>
    /// <param name="addresses">Where it may be, as strangers say; what the host remembers of it is tried when these fail.</param>
    /// <param name="protocol">Protocol id.</param>
    /// <param name="request">The request without its length.</param>
    /// <param name="maxResponse">Longest response taken, bytes.</param>
    /// <param name="wantsResponse">False: the request is sent, nothing is waited for.</param>
    /// <param name="timeout">For all of it.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <returns>The response; empty where none is wanted.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Unavailable"/>: unreachable, refused, silent, or no answer in time.
    /// <see cref="ErrorCode.BadInput"/>: the response is too long or cut short.</exception>
    public async Task<ReadOnlyMemory<byte>> AskAsync(
        PeerId peer,
        IReadOnlyList<Multiaddr> addresses,
        string protocol,
        ReadOnlyMemory<byte> request,
        int maxResponse,
        bool wantsResponse,
        TimeSpan timeout,
        CancellationToken cancel = default)
    {
        using var end = new CancellationTokenSource(timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, end.Token);
        try
        {
            await using var stream = await OpenAsync(peer, addresses, protocol, both.Token).ConfigureAwait(false);
            try
            {
                await stream.WriteFrameAsync(request, both.Token).ConfigureAwait(false);
                if (!wantsResponse)
                {
                    await Task.Delay(_limits.Linger, _time, both.Token).ConfigureAwait(false);
                    return default;
                }

                // Our side stays open until the answer is here: js-libp2p drops a request whose stream has ended before it looks.
                var response = await stream.ReadFrameAsync(maxResponse, both.Token).ConfigureAwait(false);
                return response ?? throw new PeerComputeException(ErrorCode.Unavailable, $"Peer {peer} ended {protocol} without an answer.");
            }
            catch
            {
                stream.Reset();
                throw;
            }
        }
        catch (WireException e)
        {
            throw new PeerComputeException(ErrorCode.BadInput, $"Peer {peer} answered {protocol} with what is no message: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new PeerComputeException(ErrorCode.Unavailable, $"Peer {peer} did not answer {protocol} within {timeout.TotalSeconds:0.#} s.", e);
        }
    }

    /// <summary>Answers requests of a protocol; a later call replaces the handler.</summary>
    /// <param name="protocol">Protocol id.</param>
    /// <param name="maxRequest">Longest request taken, bytes.</param>
    /// <param name="handler">Makes the response, null where none is due. What it throws resets the stream and is otherwise dropped.</param>
    public void Serve(string protocol, int maxRequest, Func<PeerId, ReadOnlyMemory<byte>, CancellationToken, ValueTask<ReadOnlyMemory<byte>?>> handler) =>
        host.Handle(protocol, (stream, cancel) => AnswerAsync(stream, maxRequest, handler, cancel));

    /// <inheritdoc/>
    public void Dispose() => _dialer.Dispose();

    private async Task<PeerStream> OpenAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses, string protocol, CancellationToken cancel)
    {
        if (addresses.Count > 0)
        {
            try
            {
                await _dialer.ReachAsync(peer, addresses, cancel).ConfigureAwait(false);
            }
            catch (PeerComputeException)
            {
                // The host may know better.
            }
        }

        return await host.BeginAsync(peer, protocol, cancel).ConfigureAwait(false);
    }

    private async Task AnswerAsync(
        PeerStream stream,
        int maxRequest,
        Func<PeerId, ReadOnlyMemory<byte>, CancellationToken, ValueTask<ReadOnlyMemory<byte>?>> handler,
        CancellationToken cancel)
    {
        while (await ReadAsync(stream, maxRequest, cancel).ConfigureAwait(false) is { } request)
        {
            if (!Allowed(stream.Peer)) throw new PeerComputeException(ErrorCode.LimitExceeded, "The peer asks too often.");
            using var end = Limit(_limits.Answer, cancel);
            var response = await handler(stream.Peer, request, end.Token).ConfigureAwait(false);
            if (response is { } bytes) await stream.WriteFrameAsync(bytes, end.Token).ConfigureAwait(false);
        }
    }

    private async Task<byte[]?> ReadAsync(PeerStream stream, int maxRequest, CancellationToken cancel)
    {
        using var end = Limit(_limits.Idle, cancel);
        return await stream.ReadFrameAsync(maxRequest, end.Token).ConfigureAwait(false);
    }

    private CancellationTokenSource Limit(TimeSpan limit, CancellationToken cancel)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        source.CancelAfter(limit);
        return source;
    }

    private bool Allowed(PeerId peer)
    {
        Allowance allowance;
        lock (_gate)
        {
            if (!_allowances.TryGetValue(peer, out allowance!))
            {
                if (_allowances.IsFull) _allowances.Remove(_allowances.First.Key);
                allowance = new Allowance(_limits.Burst, _limits.Each);
                _allowances.TryAdd(peer, allowance);
            }
        }

        return allowance.TryTake(_clock.Now);
    }
}
