// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Security.Cryptography;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Execution.Images;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Homes;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Images;
using PeerCompute.Wire.Offers;

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
/// <param name="removed">Told when images went: what needs them is no longer offered.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Lines for the operator.</param>
internal sealed class ImageFetch(
    ImageStore store, ImageShares shares, BlobStore blobs, BlobGate gate, BlobKeeper keeper, BlobFetcher fetcher, string folder, long most,
    Func<CancellationToken, Task> removed, TimeProvider time, Action<string> log)
{
    /// <summary>An image that nobody went on with for so long is forgotten.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    /// <summary>Time for any image, and bytes a second for which there is more: whoever gives less does not hold a place for ever.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(10);

    private const int BytesPerSecondLeast = 256 << 10;

    private readonly Lock _gate = new();
    private readonly HashSet<Hash32> _live = [];
    private readonly Liars _liars = new(time);
    private readonly Liars _slow = new(time);
    private long _promised;

    /// <summary>Keeps what a life before had fetched: to be called before the store is swept.</summary>
    public void Remember() => Disk.Guard(folder, () =>
    {
        if (!Directory.Exists(folder)) return false;
        foreach (var path in Directory.GetFiles(folder))
        {
            if (!IsOld(path) && Read(path) is { } parcel) gate.Await(parcel.Parts[0].Digest, Roots(parcel), now: false);
            else File.Delete(path);
        }

        return true;
    });

    /// <summary>Whether a peer gave what is no image, or gave one too slowly, less than <see cref="Liars.Remembered"/> ago.</summary>
    /// <param name="peer">Who would be asked.</param>
    /// <returns>Why it is not; null: it may be.</returns>
    public (DeclineReason Reason, string Detail)? Shuns(PeerId peer)
    {
        if (_liars.Has(peer)) return (DeclineReason.Semantics, "who offers the job gave other bytes for an image less than an hour ago");
        return _slow.Has(peer) ? (DeclineReason.Busy, "who offers the job gave an image too slowly, and is asked again within the hour") : null;
    }

    /// <summary>Fetches an image.</summary>
    /// <param name="from">Who says what it consists of.</param>
    /// <param name="parcel">What that peer says.</param>
    /// <param name="holders">Who has it, as far as is known at the time.</param>
    /// <param name="cancel">Ends it; what came is kept.</param>
    /// <returns>The image.</returns>
    /// <exception cref="PeerComputeException">It cannot be had. <see cref="ErrorCode.Unavailable"/>: another try may help.</exception>
    public Task<ImageRecord> RunAsync(PeerId from, ImageParcel parcel, Func<IReadOnlyList<Contact>> holders, CancellationToken cancel)
        => Disk.GuardAsync(folder, () => BringAsync(from, parcel, holders, cancel));

    private async Task<ImageRecord> BringAsync(PeerId from, ImageParcel parcel, Func<IReadOnlyList<Contact>> holders, CancellationToken cancel)
    {
        using var end = new CancellationTokenSource(Least + TimeSpan.FromSeconds(parcel.PackedBytes / BytesPerSecondLeast), time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel, end.Token);
        var (promised, over) = (0L, false);
        try
        {
            Begin(parcel);
            await FetchAsync(parcel.Parts.Take(2), holders, limit.Token).ConfigureAwait(false);
            var missing = store.Examine(parcel, Open);
            promised = missing.Sum(static part => (long)part.Size + (long)part.UnpackedBytes);
            var gone = store.MakeRoom(Interlocked.Add(ref _promised, promised), most, shares.InUse);
            foreach (var image in gone) log($"image {image.Digest} is removed: room is wanted for another one");
            if (gone.Count > 0) await removed(limit.Token).ConfigureAwait(false);
            blobs.MakeRoomFor([.. missing.SelectMany(static part => part.Pieces)]);
            foreach (var part in missing)
            {
                await FetchAsync([part], holders, limit.Token).ConfigureAwait(false);
                await Task.Run(() => Check(part, limit.Token), limit.Token).ConfigureAwait(false);
            }

            var taken = await Task.Run(() => store.Take(parcel, Open, limit.Token), limit.Token).ConfigureAwait(false);
            over = true;
            return taken;
        }
        catch (PeerComputeException e) when (e.Code is ErrorCode.BadInput or ErrorCode.NotAuthentic or ErrorCode.LimitExceeded)
        {
            over = true;
            if (e.Code == ErrorCode.NotAuthentic) _liars.Add(from);
            throw;
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            _slow.Add(from);
            throw new PeerComputeException(ErrorCode.Unavailable, $"its holders are slower than {BytesPerSecondLeast >> 10} KiB a second", e);
        }
        finally
        {
            Interlocked.Add(ref _promised, -promised);
            End(parcel, over);
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

    /// <summary>A part must have its digest before anything of it is unpacked: so it is known who lied, and an archive is never a liar's.</summary>
    private void Check(ImagePart part, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = new PieceStream(blobs, part.Pieces);
        var buffer = new byte[WireLimits.ChunkBytes];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            cancel.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }

        if (new Hash32(hash.GetHashAndReset()) != part.Digest)
            throw new PeerComputeException(ErrorCode.NotAuthentic, $"what was given for part {part.Digest.Short()} is something else");
    }

    /// <summary>Writes down what is on its way, and forgets what nobody went on with.</summary>
    private void Begin(ImageParcel parcel)
    {
        var digest = parcel.Parts[0].Digest;
        Disk.MakeFolder(folder);
        Disk.Replace(PathOf(digest), parcel.Encode());
        lock (_gate) _live.Add(digest);
        gate.Await(digest, Roots(parcel), now: true);
        foreach (var path in Directory.GetFiles(folder).Where(IsOld))
        {
            if (Read(path) is { } old && !IsLive(old.Parts[0].Digest)) Forget(old);
        }
    }

    private void End(ImageParcel parcel, bool over)
    {
        var digest = parcel.Parts[0].Digest;
        if (over) Forget(parcel);
        else gate.Await(digest, Roots(parcel), now: false);
        lock (_gate) _live.Remove(digest);
    }

    private void Forget(ImageParcel parcel)
    {
        var digest = parcel.Parts[0].Digest;
        gate.AwaitNoMore(digest);
        keeper.Drop(Roots(parcel));
        try
        {
            File.Delete(PathOf(digest));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log(Disk.Cause(PathOf(digest), e).Message); // it is forgotten at a later start
        }
    }

    private bool IsLive(Hash32 image)
    {
        lock (_gate) return _live.Contains(image);
    }

    private bool IsOld(string path) => File.GetLastWriteTimeUtc(path) + Remembered <= time.GetUtcNow().UtcDateTime;

    private string PathOf(Hash32 image) => Path.Combine(folder, image.ToString());

    private static ImageParcel? Read(string path)
    {
        if (!Hash32.TryParse(Path.GetFileName(path), out _)) return null; // half written
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
