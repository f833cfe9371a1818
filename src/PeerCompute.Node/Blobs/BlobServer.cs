// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Net;
using PeerCompute.Wire.Blobs;

namespace PeerCompute.Node.Blobs;

/// <summary>Serves encrypted chunks to connected peers that may have them (docs/protocol/blob.md).</summary>
/// <param name="store">The blobs.</param>
/// <param name="gate">Who may have which.</param>
internal sealed class BlobServer(BlobStore store, BlobGate gate)
{
    /// <summary>Streams served to one peer at a time; further ones are reset.</summary>
    public const int ServesPerPeer = 8;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ChunkTimeout = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, int> _serving = [];

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
        limit.CancelAfter(RequestTimeout);
        var bytes = await stream.ReadFrameAsync(BlobRequest.MaxBytes, limit.Token).ConfigureAwait(false);
        if (bytes is null) return;
        var request = BlobRequest.Decode(bytes);
        var refusal = gate.Judge(request, stream.Peer);
        using var chunks = refusal == BlobRefusal.None ? store.OpenChunks(request.Root) : null;
        if (chunks is null)
        {
            // The disk is looked at for what may be served only: neither the answer nor its time tells what else is there.
            var no = new BlobAnswer(null, refusal == BlobRefusal.None ? BlobRefusal.NotServed : refusal);
            await stream.WriteFrameAsync(no.Encode(), limit.Token).ConfigureAwait(false);
            await stream.CloseWriteAsync(limit.Token).ConfigureAwait(false);
            return;
        }

        var manifest = chunks.Manifest;
        await stream.WriteFrameAsync(new BlobAnswer(manifest, BlobRefusal.None).Encode(), limit.Token).ConfigureAwait(false);
        var buffer = new byte[BlobLayout.SealedBytes];
        for (var i = (int)request.FirstChunk; i < manifest.Chunks.Length; i++)
        {
            limit.CancelAfter(ChunkTimeout);
            var chunk = buffer.AsMemory(0, chunks.Read(i, buffer));
            if (Hash32.Of(chunk.Span) != manifest.Chunks[i])
            {
                // Our disk lost it: who asks must not take us for a liar.
                store.Delete(request.Root);
                stream.Reset();
                return;
            }

            await stream.WriteFrameAsync(chunk, limit.Token).ConfigureAwait(false);
        }

        await stream.CloseWriteAsync(limit.Token).ConfigureAwait(false);
    }

    private bool Enter(PeerId peer)
    {
        lock (_gate)
        {
            var now = _serving.GetValueOrDefault(peer);
            if (now == ServesPerPeer) return false;
            _serving[peer] = now + 1;
            return true;
        }
    }

    private void Leave(PeerId peer)
    {
        lock (_gate)
        {
            if (--_serving[peer] == 0) _serving.Remove(peer);
        }
    }
}
