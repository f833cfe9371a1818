// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Net.Requests;

/// <summary>
/// Dials peers at addresses that strangers named. One dial per peer at a time; addresses start one after the other and the first that answers wins, so that
/// dead ones in front cost little. Nothing is remembered of an address before it has led to the peer. Safe for all threads.
/// </summary>
/// <param name="host">Connects.</param>
/// <param name="limits">Bounds.</param>
/// <param name="time">Clock.</param>
public sealed class Dialer(Host host, RequestLimits limits, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, Task> _dials = [];
    private readonly SemaphoreSlim _places = new(limits.Dials);

    /// <summary>Connects to a peer unless it is connected.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="addresses">Where it may be.</param>
    /// <param name="cancel">Ends the waiting, not the dial.</param>
    /// <returns>When connected.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Unavailable"/>: at none of the addresses.</exception>
    public async Task ReachAsync(PeerId peer, IReadOnlyList<Multiaddr> addresses, CancellationToken cancel)
    {
        Task dial;
        lock (_gate)
        {
            if (!_dials.TryGetValue(peer, out dial!))
            {
                dial = DialAsync(peer, [.. addresses.Take(limits.Addresses)]);
                if (!dial.IsCompleted) _dials[peer] = dial;
            }
        }

        await dial.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private async Task DialAsync(PeerId peer, Multiaddr[] addresses)
    {
        await Task.Yield();
        await _places.WaitAsync().ConfigureAwait(false);
        try
        {
            using var end = new CancellationTokenSource(limits.Dial, time);
            var attempts = addresses.Select((address, i) => AttemptAsync(address.WithoutPeer().WithPeer(peer), i, end.Token)).ToList();
            Exception? last = null;
            while (attempts.Count > 0)
            {
                var first = await Task.WhenAny(attempts).ConfigureAwait(false);
                attempts.Remove(first);
                last = await first.ConfigureAwait(false);
                if (last is null) break;
            }

            await end.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(attempts).ConfigureAwait(false);
            if (last is not null) throw new PeerComputeException(ErrorCode.Unavailable, $"Peer {peer} cannot be reached: {last.Message}", last);
        }
        finally
        {
            _places.Release();
            lock (_gate) _dials.Remove(peer);
        }
    }

    private async Task<Exception?> AttemptAsync(Multiaddr address, int index, CancellationToken cancel)
    {
        try
        {
            if (index > 0) await Task.Delay(limits.Stagger * index, time, cancel).ConfigureAwait(false);
            await host.ConnectAsync(address, cancel).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is PeerComputeException or OperationCanceledException or ObjectDisposedException)
        {
            return e;
        }
    }
}
