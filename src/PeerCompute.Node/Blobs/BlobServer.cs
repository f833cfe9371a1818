// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Net;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Blobs;

/// <summary>Serves encrypted chunks to connected peers that may have them (docs/protocol/blob.md).</summary>
/// <param name="store">The blobs.</param>
/// <param name="gate">Who may have which.</param>
/// <param name="images">Opens pieces of images that are given to everybody who names them; null: there are none.</param>
internal sealed class BlobServer(BlobStore store, BlobGate gate, Func<Hash32, IBlobChunks?>? images = null)
{
    /// <summary>Streams served to one peer at a time; further ones are reset.</summary>
    public const int ServesPerPeer = 8;

    /// <summary>Streams served at a time to all peers together; further ones are reset.</summary>
    public const int ServesMost = 128;

    private const int Prefix = 3;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ChunkTimeout = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, int> _serving = [];
    private int _all;
    private long _sentBytes;

    /// <summary>Bytes of chunks that were sent.</summary>
    public long SentBytes => Interlocked.Read(ref _sentBytes);

    /// <summary>Hears how fast the network took what was sent; may be null.</summary>
    public UplinkMeter? Meter { get; init; }

    /// <summary>Answers one stream.</summary>
    public async Task ServeAsync(PeerStream stream, CancellationToken cancel)
    {
        if (!Enter(stream.Peer))
        {
            stream.Reset();
            return;
        }

        try
        {
            await AnswerAsync(stream, cancel).ConfigureAwait(false);
        }
        catch (WireException)
        {
            stream.Reset();
        }
        finally
        {
            Leave(stream.Peer);
        }
    }

    private async Task AnswerAsync(PeerStream stream, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var buffer = ArrayPool<byte>.Shared.Rent(Prefix + BlobLayout.SealedBytes);
        IBlobChunks? open = null;
        try
        {
            while (true)
            {
                limit.CancelAfter(RequestTimeout);
                var bytes = await stream.ReadFrameAsync(BlobRequest.MaxBytes, limit.Token).ConfigureAwait(false);
                if (bytes is null) break;
                var request = BlobRequest.Decode(bytes);
                var piece = images?.Invoke(request.Root);
                ImmutableArray<Contact> holders = [];
                var refusal = piece is null ? gate.Judge(request, stream.Peer, out holders) : BlobRefusal.None;
                if (piece is not null || (refusal == BlobRefusal.None && open?.Root != request.Root))
                {
                    open?.Dispose();
                    open = piece ?? store.OpenChunks(request.Root);
                    if (open is null) refusal = BlobRefusal.NotServed;
                }

                if (refusal != BlobRefusal.None)
                {
                    // The disk is looked at for what may be served only: neither the answer nor its time tells what else is there.
                    await stream.WriteFrameAsync(BlobAnswer.No(refusal).Encode(), limit.Token).ConfigureAwait(false);
                    break;
                }

                if (!await ChunksAsync(stream, request, open!, holders, buffer, limit).ConfigureAwait(false)) return;
            }

            await stream.CloseWriteAsync(limit.Token).ConfigureAwait(false);
        }
        finally
        {
            open?.Dispose();
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Sends what is asked for; false when our disk lost it.</summary>
    private async Task<bool> ChunksAsync(
        PeerStream stream, BlobRequest request, IBlobChunks open, ImmutableArray<Contact> holders, byte[] buffer, CancellationTokenSource limit)
    {
        var manifest = open.Manifest;
        var end = request.FirstChunk + request.ChunkCount;
        if (end > manifest.Chunks.Length) throw new WireException("chunk_count", $"ends behind the last of {manifest.Chunks.Length} chunks");
        var answer = new BlobAnswer(request.Manifest ? manifest : null, BlobRefusal.None, holders);
        await stream.WriteFrameAsync(answer.Encode(), limit.Token).ConfigureAwait(false);
        var (sent, started) = (0L, Stopwatch.GetTimestamp());
        for (var i = (int)request.FirstChunk; i < end; i++)
        {
            limit.CancelAfter(ChunkTimeout);
            var length = BlobLayout.SealedLength(manifest.Size, i);
            var prefix = Varint.Length((ulong)length);
            var chunk = buffer.AsMemory(prefix, length);
            if (!open.ReadGood(i, chunk.Span))
            {
                // Our disk lost it: who asks must not take us for a liar.
                store.Delete(request.Root);
                stream.Reset();
                return false;
            }

            Varint.Write(buffer, (ulong)length);
            await stream.WriteAsync(buffer.AsMemory(0, prefix + length), limit.Token).ConfigureAwait(false);
            sent += length;
        }

        Interlocked.Add(ref _sentBytes, sent);
        Meter?.Sent(sent, Stopwatch.GetElapsedTime(started));

        return true;
    }

    private bool Enter(PeerId peer)
    {
        lock (_gate)
        {
            var now = _serving.GetValueOrDefault(peer);
            if (now == ServesPerPeer || _all == ServesMost) return false;
            _all++;
            _serving[peer] = now + 1;
            return true;
        }
    }

    private void Leave(PeerId peer)
    {
        lock (_gate)
        {
            _all--;
            if (--_serving[peer] == 0) _serving.Remove(peer);
        }
    }
}
