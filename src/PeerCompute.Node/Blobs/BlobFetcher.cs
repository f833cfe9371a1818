// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Core.Blobs;
using PeerCompute.Net;
using PeerCompute.Net.Requests;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Blobs;

/// <summary>How a fetch ended.</summary>
/// <param name="Ok">All blobs are here.</param>
/// <param name="Bad">Bytes came and are not what was promised: another try cannot help.</param>
/// <param name="Reason">For people; empty when all is well.</param>
internal sealed record FetchResult(bool Ok, bool Bad, string Reason);

/// <summary>Brings blobs into the store, each from all who hold it (<see cref="BlobDownload"/>), and each once however often it is asked for.</summary>
/// <param name="host">Opens streams.</param>
/// <param name="store">Where blobs go.</param>
/// <param name="time">Clock.</param>
internal sealed class BlobFetcher(Host host, BlobStore store, TimeProvider time) : IDisposable
{
    private readonly KeyedLock<Hash32> _roots = new();
    private readonly Dialer _dialer = new(host, new RequestLimits(), time);
    private readonly Liars _liars = new(time);

    /// <summary>Bounds and time-outs of a fetch.</summary>
    public FetchLimits Limits { get; init; } = new();

    /// <summary>Fetches blobs one after the other. Fails in words, throws for a cancellation only.</summary>
    /// <param name="from">Who has them, and names others that do.</param>
    /// <param name="blobs">What is wanted.</param>
    /// <param name="token">The signed token that they are asked for with; empty where there is none.</param>
    /// <param name="cancel">Ends the fetch.</param>
    /// <returns>How it ended.</returns>
    public Task<FetchResult> FetchAsync(PeerId from, ImmutableArray<BlobRef> blobs, ReadOnlyMemory<byte> token, CancellationToken cancel)
        => FetchAsync([new Contact(from, [])], blobs, token, cancel);

    /// <summary>The same, from several that have them.</summary>
    /// <param name="known">Who has them, and names others that do.</param>
    /// <param name="blobs">What is wanted.</param>
    /// <param name="token">As above.</param>
    /// <param name="cancel">Ends the fetch.</param>
    /// <returns>How it ended.</returns>
    public async Task<FetchResult> FetchAsync(
        IReadOnlyList<Contact> known, ImmutableArray<BlobRef> blobs, ReadOnlyMemory<byte> token, CancellationToken cancel)
    {
        try
        {
            store.MakeRoomFor(blobs);
            List<Contact> holders = [.. known];
            foreach (var blob in blobs)
            {
                using (await _roots.EnterAsync(blob.Root, cancel).ConfigureAwait(false))
                {
                    if (store.Has(blob.Root)) continue;
                    var download = new BlobDownload(host, _dialer, store, _liars, time, Limits, blob, token);
                    holders = await download.RunAsync(holders, cancel).ConfigureAwait(false);
                }
            }

            return new FetchResult(true, false, "");
        }
        catch (PeerComputeException e)
        {
            return new FetchResult(false, e.Code == ErrorCode.NotAuthentic, e.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _dialer.Dispose();
}
