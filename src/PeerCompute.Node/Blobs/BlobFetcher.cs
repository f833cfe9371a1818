// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Net;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Node.Blobs;

/// <summary>How a fetch ended.</summary>
/// <param name="Ok">All blobs are here and open to what was promised.</param>
/// <param name="Bad">Bytes came and are not what was promised: another try cannot help.</param>
/// <param name="Reason">For people; empty when all is well.</param>
internal sealed record FetchResult(bool Ok, bool Bad, string Reason);

/// <summary>Brings blobs from a peer into the store, chunk by chunk, and opens each once to see that it is what its reference promises.</summary>
/// <param name="host">Opens streams.</param>
/// <param name="store">Where blobs go.</param>
/// <param name="time">For pauses.</param>
internal sealed class BlobFetcher(Host host, BlobStore store, TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly KeyedLock<Hash32> _roots = new();

    /// <summary>How long a peer may be silent.</summary>
    public TimeSpan FrameTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a fetch tries on without any progress.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Fetches blobs one after the other. Fails in words, throws for a cancellation only.</summary>
    /// <param name="from">Who has them.</param>
    /// <param name="blobs">With their keys.</param>
    /// <param name="token">The signed token that they are asked for with; empty where there is none.</param>
    /// <param name="cancel">Ends the fetch.</param>
    /// <returns>How it ended.</returns>
    public async Task<FetchResult> FetchAsync(PeerId from, ImmutableArray<BlobRef> blobs, ReadOnlyMemory<byte> token, CancellationToken cancel)
    {
        try
        {
            foreach (var blob in blobs)
            {
                using (await _roots.EnterAsync(blob.Root, cancel).ConfigureAwait(false))
                {
                    if (!store.Has(blob.Root)) await DownloadAsync(from, blob, token, cancel).ConfigureAwait(false);
                    await store.OpenAsync(blob, Stream.Null, cancel).ConfigureAwait(false);
                }
            }

            return new FetchResult(true, false, "");
        }
        catch (PeerComputeException e)
        {
            return new FetchResult(false, e.Code == ErrorCode.NotAuthentic, e.Message);
        }
    }

    private async Task DownloadAsync(PeerId from, BlobRef blob, ReadOnlyMemory<byte> token, CancellationToken cancel)
    {
        var (pause, last, chunks) = (FirstPause, time.GetTimestamp(), 0);
        while (true)
        {
            try
            {
                await AttemptAsync(from, blob, token, had => Progress(had), cancel).ConfigureAwait(false);
                return;
            }
            catch (PeerComputeException e) when (e.Code == ErrorCode.Unavailable)
            {
                if (time.GetElapsedTime(last) >= Patience)
                    throw new PeerComputeException(e.Code, $"blob {blob.Root.Short()} cannot be fetched from {from.Short()}: {e.Message}", e);
                await Task.Delay(pause, time, cancel).ConfigureAwait(false);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }

        void Progress(int had)
        {
            if (had <= chunks) return;
            (pause, last, chunks) = (FirstPause, time.GetTimestamp(), had);
        }
    }

    private async Task AttemptAsync(PeerId from, BlobRef blob, ReadOnlyMemory<byte> token, Action<int> progress, CancellationToken cancel)
    {
        try
        {
            var first = store.HasPart(blob.Root) ? WireLimits.ChunksPerBlob : 0;
            using var partial = await FillAsync(from, blob, token, first, progress, cancel).ConfigureAwait(false);
            store.Finish(partial, blob.Root);
        }
        catch (WireException e)
        {
            throw new PeerComputeException(ErrorCode.NotAuthentic, $"blob {blob.Root.Short()}: {from.Short()} sent what is no answer ({e.Message}).", e);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new PeerComputeException(ErrorCode.Unavailable, $"{from.Short()} was silent for {FrameTimeout.TotalSeconds:0} s.");
        }
    }

    /// <summary>Asks for the chunks behind those that a broken download left; which of them are good shows with the manifest.</summary>
    private async Task<PartialBlob> FillAsync(
        PeerId from, BlobRef blob, ReadOnlyMemory<byte> token, int first, Action<int> progress, CancellationToken cancel)
    {
        var request = new BlobRequest(blob.Root, (uint)first, token);
        await using var stream = await AskAsync(from, request, cancel).ConfigureAwait(false);
        var manifest = await ManifestAsync(stream, blob, cancel).ConfigureAwait(false);
        var partial = store.Resume(blob.Root, manifest);
        try
        {
            progress(partial.Leading);
            if (partial.Leading >= first)
            {
                await ChunksAsync(stream, blob, partial, progress, cancel).ConfigureAwait(false);
                return partial;
            }
        }
        catch
        {
            partial.Dispose();
            throw;
        }

        partial.Dispose();
        return await FillAsync(from, blob, token, partial.Leading, progress, cancel).ConfigureAwait(false);
    }

    private async Task<PeerStream> AskAsync(PeerId from, BlobRequest request, CancellationToken cancel)
    {
        var stream = await host.OpenAsync(from, Protocols.Blob, cancel).ConfigureAwait(false);
        try
        {
            await stream.WriteFrameAsync(request.Encode(), cancel).ConfigureAwait(false);
            await stream.CloseWriteAsync(cancel).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            stream.Reset();
            throw;
        }
    }

    private async Task<BlobManifest> ManifestAsync(PeerStream stream, BlobRef blob, CancellationToken cancel)
    {
        var answer = BlobAnswer.Decode(await FrameAsync(stream, BlobAnswer.MaxBytes, cancel).ConfigureAwait(false));
        if (answer.Manifest is not { } manifest) throw Refused(stream.Peer, answer.Refusal);
        if (manifest.Root() != blob.Root || manifest.Size != blob.Size) throw new WireException("manifest", "is that of another blob");
        return manifest;
    }

    /// <summary>What is not served may be later; a token that is not good stays so.</summary>
    private static PeerComputeException Refused(PeerId peer, BlobRefusal refusal) => refusal switch
    {
        BlobRefusal.NotServed => new(ErrorCode.Unavailable, $"{peer.Short()} does not have it, or does not serve it under this token."),
        BlobRefusal.NoToken => new(ErrorCode.Refused, $"{peer.Short()} serves it against a token of its job's issuer only."),
        BlobRefusal.OtherHolder => new(ErrorCode.Refused, $"{peer.Short()} says that the token is another peer's."),
        BlobRefusal.Expired => new(ErrorCode.Refused, $"{peer.Short()} says that the token has expired; set both clocks by NTP."),
        _ => new(ErrorCode.Refused, $"{peer.Short()} does not take the token: it is none, or its signature is not good."),
    };

    private async Task ChunksAsync(PeerStream stream, BlobRef blob, PartialBlob partial, Action<int> progress, CancellationToken cancel)
    {
        while (!partial.IsWhole)
        {
            var expected = BlobLayout.SealedLength(blob.Size, partial.Leading);
            var chunk = await FrameAsync(stream, expected, cancel).ConfigureAwait(false);
            if (!partial.Add(partial.Leading, chunk)) throw new WireException($"chunk {partial.Leading}", "has another hash than the manifest says");
            progress(partial.Leading);
        }
    }

    private async Task<byte[]> FrameAsync(PeerStream stream, int most, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(FrameTimeout);
        return await stream.ReadFrameAsync(most, limit.Token).ConfigureAwait(false)
            ?? throw new PeerComputeException(ErrorCode.Unavailable, $"{stream.Peer.Short()} ended the stream too early.");
    }
}
