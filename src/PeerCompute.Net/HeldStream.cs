// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;

namespace PeerCompute.Net;

/// <summary>
/// Frames to one peer under one protocol over one stream of ours that is held from frame to frame, as gossipsub's and go-libp2p-kad-dht's are: they come in
/// order, and each takes one way. The stream is opened with the first frame, which follows its proposal at once, and anew when it is lost. The peer never
/// writes on it; a peer that ends its side takes one frame a stream, and gets one for each from then on. One caller at a time.
/// </summary>
/// <param name="host">Opens it.</param>
/// <param name="peer">To whom.</param>
/// <param name="protocol">Protocol id.</param>
/// <param name="time">Clock of pauses.</param>
public sealed class HeldStream(Host host, PeerId peer, string protocol, TimeProvider time)
{
    /// <summary>Pause before the stream is opened again that the peer refused or reset; doubles with each.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MostPause = TimeSpan.FromSeconds(8);

    private Watched? _open;
    private TimeSpan _pause;
    private volatile bool _single;

    /// <summary>Writes a frame behind its length. What the peer does not take, as the stream was lost on the way, is lost.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="cancel">Ends the waiting, and the stream.</param>
    /// <returns>When taken for sending, not when it has arrived.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Unavailable"/>: not connected, or lost while it was written.</exception>
    public async Task WriteFrameAsync(ReadOnlyMemory<byte> frame, CancellationToken cancel)
    {
        var open = await OpenAsync(cancel).ConfigureAwait(false);
        try
        {
            await open.Stream.WriteFrameAsync(frame, cancel).ConfigureAwait(false);
        }
        catch
        {
            End(open);
            throw;
        }

        if (_single) LetGo();
    }

    /// <summary>Ends the stream behind what is written; a further frame opens it anew.</summary>
    public void LetGo()
    {
        if (_open is not { } open) return;
        _open = null;
        open.Over.Cancel();
        _ = open.Stream.DisposeAsync().AsTask();
    }

    private async Task<Watched> OpenAsync(CancellationToken cancel)
    {
        if (_open is { } lost && lost.Over.IsCancellationRequested)
        {
            End(lost);
            _pause = lost.Agreed ? TimeSpan.Zero : TimeSpan.FromTicks(long.Clamp(2 * _pause.Ticks, LeastPause.Ticks, MostPause.Ticks));
            if (_pause > TimeSpan.Zero) await Task.Delay(_pause, time, cancel).ConfigureAwait(false);
        }

        if (_open is { } open) return open;
        // One frame and the end behind it: js-libp2p loses both where they come before its handler looks.
        var stream = _single ? host.OpenAsync(peer, protocol, cancel) : host.BeginAsync(peer, protocol, cancel);
        open = _open = new Watched(await stream.ConfigureAwait(false));
        _ = WatchAsync(open);
        return open;
    }

    private void End(Watched open)
    {
        _open = null;
        open.Over.Cancel();
        open.Stream.Reset();
    }

    /// <summary>Notices that the peer has refused, reset or ended the stream while nothing is written.</summary>
    private async Task WatchAsync(Watched open)
    {
        try
        {
            await open.Stream.AgreedAsync(open.Over.Token).ConfigureAwait(false);
            open.Agreed = true;
            var nothing = new byte[1];
            while (await open.Stream.ReadAsync(nothing, open.Over.Token).ConfigureAwait(false) > 0) continue;
            _single = true;
        }
        catch (Exception e) when (e is PeerComputeException or OperationCanceledException)
        {
            // Lost, or let go.
        }

        await open.Over.CancelAsync().ConfigureAwait(false);
    }

    /// <summary>A stream of ours.</summary>
    private sealed class Watched(PeerStream stream)
    {
        public PeerStream Stream { get; } = stream;

        /// <summary>Cancelled when it cannot be written to any more.</summary>
        public CancellationTokenSource Over { get; } = new();

        /// <summary>Whether the peer took the proposal.</summary>
        public volatile bool Agreed;
    }
}
