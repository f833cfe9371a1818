// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Threading.Channels;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Net;
using PeerCompute.Net.Requests;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Node.Blobs;

/// <summary>The stream of a download to one holder: writes what is asked, reads what comes, in order.</summary>
internal sealed class HolderStream(BlobDownload download, Host host, Dialer dialer, Contact holder)
{
    private readonly Channel<(int First, int Count)> _asks = Channel.CreateUnbounded<(int, int)>();
    private readonly CancellationTokenSource _stop = new();

    public PeerId Peer => holder.Peer;

    /// <summary>Asks for chunks.</summary>
    public void Ask(int first, int count) => _asks.Writer.TryWrite((first, count));

    /// <summary>Ends the stream at once.</summary>
    public void Stop() => _ = _stop.CancelAsync();

    /// <summary>Runs until it is stopped or broken; tells the download.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel, _stop.Token);
        Exception? failure = null;
        PeerStream? stream = null;
        try
        {
            if (!holder.Addresses.IsEmpty) await dialer.ReachAsync(holder.Peer, holder.Addresses, end.Token).ConfigureAwait(false);
            stream = await host.BeginAsync(holder.Peer, Protocols.Blob, end.Token).ConfigureAwait(false);
            await FollowAsync(stream, end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Told to.
        }
        catch (Exception e)
        {
            failure = e;
        }

        // What it still sends is dropped.
        stream?.Reset();
        download.Ended(this, failure);
    }

    private async Task FollowAsync(PeerStream stream, CancellationToken cancel)
    {
        var asked = new Queue<(int First, int Count)>();
        var buffer = ArrayPool<byte>.Shared.Rent(BlobLayout.SealedBytes);
        try
        {
            while (true)
            {
                await SendAsync(stream, asked, cancel).ConfigureAwait(false);
                if (!asked.TryDequeue(out var range))
                {
                    await _asks.Reader.WaitToReadAsync(cancel).ConfigureAwait(false);
                    continue;
                }

                var answer = await stream.ReadFrameAsync(BlobAnswer.MaxBytes, cancel).ConfigureAwait(false) ?? throw Early(stream);
                var decoded = BlobAnswer.Decode(answer);
                if (decoded.Refusal != BlobRefusal.None) throw Refused(stream.Peer, decoded.Refusal);
                download.Answered(this, decoded);
                for (var chunk = range.First; chunk < range.First + range.Count; chunk++)
                {
                    var length = await stream.ReadFrameAsync(buffer.AsMemory(0, download.LengthOf(chunk)), cancel).ConfigureAwait(false);
                    if (length < 0) throw Early(stream);
                    download.Came(this, chunk, buffer.AsSpan(0, length));
                    await SendAsync(stream, asked, cancel).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task SendAsync(PeerStream stream, Queue<(int First, int Count)> asked, CancellationToken cancel)
    {
        while (_asks.Reader.TryRead(out var range))
        {
            await stream.WriteFrameAsync(download.Request(range.First, range.Count).Encode(), cancel).ConfigureAwait(false);
            asked.Enqueue(range);
        }
    }

    private static PeerComputeException Early(PeerStream stream) => new(ErrorCode.Unavailable, $"{stream.Peer.Short()} ended the stream too early.");

    /// <summary>What is not served may be later; a token that is not good stays so.</summary>
    private static PeerComputeException Refused(PeerId peer, BlobRefusal refusal) => refusal switch
    {
        BlobRefusal.NotServed => new(ErrorCode.Unavailable, $"{peer.Short()} does not have it, or does not serve it under this token."),
        BlobRefusal.NoToken => new(ErrorCode.Refused, $"{peer.Short()} serves it against a token of its job's issuer only."),
        BlobRefusal.OtherHolder => new(ErrorCode.Refused, $"{peer.Short()} says that the token is another peer's."),
        BlobRefusal.Expired => new(ErrorCode.Refused, $"{peer.Short()} says that the token has expired; set both clocks by NTP."),
        _ => new(ErrorCode.Refused, $"{peer.Short()} does not take the token: it is none, or its signature is not good."),
    };
}
