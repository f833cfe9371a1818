// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Images;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Homes;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Images;

namespace PeerCompute.Node.Images;

/// <summary>
/// Brings an image that may run here: its documents first, which must be what its holder says, then the layers that are not here, then the import. What came
/// stays when it is broken off, also by a kill, and is gone on with.
/// </summary>
/// <param name="store">Where images go.</param>
/// <param name="shares">Knows which images are in use.</param>
/// <param name="blobs">Where their blobs go until all are here.</param>
/// <param name="gate">Keeps them there.</param>
/// <param name="keeper">Frees them.</param>
/// <param name="fetcher">Fetches them.</param>
/// <param name="folder">Where it is written down what is on its way: a file for each image.</param>
/// <param name="most">Bytes that all images from others may have together.</param>
/// <param name="log">Lines for the operator.</param>
internal sealed class ImageFetch(
    ImageStore store, ImageShares shares, BlobStore blobs, BlobGate gate, BlobKeeper keeper, BlobFetcher fetcher, string folder, long most, Action<string> log)
{
    /// <summary>An image that nobody went on with for so long is forgotten at a start.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    /// <summary>Time for any image, and bytes a second for which there is more: whoever gives less does not hold a place for ever.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(10);

    private const int BytesPerSecondLeast = 256 << 10;

    private long _promised;

    /// <summary>Keeps what a life before had fetched: to be called before the store is swept.</summary>
    public void Remember() => Disk.Guard(folder, () =>
    {
        if (!Directory.Exists(folder)) return false;
        foreach (var path in Directory.GetFiles(folder))
        {
            var young = File.GetLastWriteTimeUtc(path) + Remembered > DateTime.UtcNow;
            if (young && Hash32.TryParse(Path.GetFileName(path), out var digest) && Read(path) is { } parcel)
                gate.Await(digest, Roots(parcel));
            else File.Delete(path);
        }

        return true;
    });

    /// <summary>Fetches an image.</summary>
    /// <param name="parcel">What a holder says of it.</param>
    /// <param name="holders">Who has it, as far as is known at the time.</param>
    /// <param name="cancel">Ends it; what came is kept.</param>
    /// <returns>The image.</returns>
    /// <exception cref="PeerComputeException">It cannot be had. <see cref="ErrorCode.Unavailable"/>: another try may help.</exception>
    public async Task<ImageRecord> RunAsync(ImageParcel parcel, Func<IReadOnlyList<Contact>> holders, CancellationToken cancel)
    {
        var digest = parcel.Parts[0].Digest;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Least + TimeSpan.FromSeconds(parcel.PackedBytes / BytesPerSecondLeast));
        Disk.MakeFolder(folder);
        Disk.Replace(Path.Combine(folder, digest.ToString()), parcel.Encode());
        gate.Await(digest, Roots(parcel));
        var promised = 0L;
        try
        {
            await FetchAsync(parcel.Parts.Take(2), holders, limit.Token).ConfigureAwait(false);
            var missing = store.Examine(parcel, Open);
            promised = missing.Sum(static part => (long)part.Size + (long)part.UnpackedBytes);
            foreach (var gone in store.MakeRoom(Interlocked.Add(ref _promised, promised), most, shares.InUse))
                log($"image {gone.Digest} is removed: room is wanted for another one");
            blobs.MakeRoomFor([.. missing.SelectMany(static part => part.Pieces)]);
            foreach (var part in missing) await FetchAsync([part], holders, limit.Token).ConfigureAwait(false);
            var image = await Task.Run(() => store.Take(parcel, Open, limit.Token), limit.Token).ConfigureAwait(false);
            Forget(parcel);
            return image;
        }
        catch (PeerComputeException e) when (e.Code is ErrorCode.BadInput or ErrorCode.NotAuthentic or ErrorCode.LimitExceeded)
        {
            Forget(parcel);
            throw;
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new PeerComputeException(ErrorCode.Unavailable, $"its holders are slower than {BytesPerSecondLeast >> 10} KiB a second", e);
        }
        finally
        {
            Interlocked.Add(ref _promised, -promised);
        }

        Stream? Open(Hash32 part)
        {
            var known = parcel.Parts.FirstOrDefault(candidate => candidate.Digest == part);
            return known is not null && known.Pieces.All(piece => blobs.Has(piece.Root)) ? new PieceStream(blobs, known.Pieces) : null;
        }
    }

    private async Task FetchAsync(IEnumerable<ImagePart> parts, Func<IReadOnlyList<Contact>> holders, CancellationToken cancel)
    {
        foreach (var piece in parts.SelectMany(static part => part.Pieces))
        {
            var result = await fetcher.FetchAsync(holders(), [piece], ReadOnlyMemory<byte>.Empty, cancel).ConfigureAwait(false);
            if (!result.Ok) throw new PeerComputeException(result.Bad ? ErrorCode.NotAuthentic : ErrorCode.Unavailable, result.Reason);
        }
    }

    private void Forget(ImageParcel parcel)
    {
        gate.AwaitNoMore(parcel.Parts[0].Digest);
        keeper.Drop(Roots(parcel));
        File.Delete(Path.Combine(folder, parcel.Parts[0].Digest.ToString()));
    }

    private static ImageParcel? Read(string path)
    {
        try
        {
            return ImageParcel.Decode(File.ReadAllBytes(path)) is { Parts.IsEmpty: false } parcel ? parcel : null;
        }
        catch (WireException)
        {
            return null;
        }
    }

    private static ImmutableArray<Hash32> Roots(ImageParcel parcel)
        => [.. parcel.Parts.SelectMany(static part => part.Pieces).Select(static piece => piece.Root)];
}
