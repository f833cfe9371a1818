// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Core.Effects;
using PeerCompute.Execution.Images;
using PeerCompute.Node.Blobs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Images;

namespace PeerCompute.Node.Images;

/// <summary>
/// Which images jobs and leases need here, and gives them to peers that name them (docs/protocol/image.md). What lies on the disk for it is the packed parts
/// alone; hashes of their encrypted chunks are made once in a life. Safe for all threads.
/// </summary>
/// <param name="store">The images.</param>
/// <param name="log">Lines for the operator.</param>
/// <param name="stop">Ends what goes on beside.</param>
internal sealed class ImageShares(ImageStore store, Action<string> log, CancellationToken stop)
{
    /// <summary>Images that are ready at a time: beyond, those that nothing needs are forgotten, and made ready again when they are wanted.</summary>
    private const int ReadyMost = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<Hash32, HoldImage> _scopes = [];
    private readonly Dictionary<string, Preparing> _ready = [];

    /// <summary>A job or lease needs an image.</summary>
    public void Hold(HoldImage hold)
    {
        lock (_gate) _scopes[hold.Scope] = hold;
        if (hold.Serves) _ = PrepareAsync(hold.Image);
    }

    /// <summary>It needs it no more.</summary>
    public void Release(Hash32 scope)
    {
        lock (_gate) _scopes.Remove(scope);
    }

    /// <summary>Whether a job or lease needs an image.</summary>
    /// <param name="image">Its digest.</param>
    public bool InUse(string image)
    {
        lock (_gate) return _scopes.Values.Any(hold => hold.Image == image);
    }

    /// <summary>Makes an image ready to be given away, where it is here: before the first peer asks for it.</summary>
    /// <param name="image">Its digest.</param>
    /// <returns>When it is ready, or cannot be.</returns>
    public Task PrepareAsync(string image)
    {
        lock (_gate)
        {
            if (_ready.TryGetValue(image, out var known) && !(known.Work.IsCompleted && known.Image is null)) return known.Work;
            if (_ready.Count >= ReadyMost)
            {
                foreach (var idle in _ready.Keys.Where(other => !_scopes.Values.Any(hold => hold.Image == other)).ToList()) _ready.Remove(idle);
            }

            var preparing = _ready[image] = new Preparing();
            return preparing.Work = Task.Run(() =>
            {
                var made = Make(image, preparing);
                lock (_gate) preparing.Image = made;
            });
        }
    }

    /// <summary>What an image consists of, for a peer that names it.</summary>
    /// <param name="digest">SHA-256 of its manifest.</param>
    /// <param name="asker">Who asks.</param>
    /// <returns>The parcel; an empty one where it is not served.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.Unavailable"/>: it is served, and not ready yet: whoever asks does so again.</exception>
    public ImageParcel Answer(Hash32 digest, PeerId asker)
    {
        var image = ImageDigest.Text(digest);
        ImmutableArray<Contact> holders;
        ImmutableArray<ImagePart> parts;
        lock (_gate)
        {
            if (!Serves(image)) return ImageParcel.None;
            Again(image);
            if (Served(image) is not { } ready) return _ready[image].Work.IsCompleted ? ImageParcel.None : throw NotReady(image);
            parts = ready.Parts;
            holders = [.. _scopes.Values.Where(hold => hold.Image == image).SelectMany(static hold => hold.Holders)
                .Where(holder => holder.Peer != asker).DistinctBy(static holder => holder.Peer).Take(ImageParcel.HoldersMost)];
        }

        var record = Record(image);
        return record is null ? ImageParcel.None : new ImageParcel(parts, [.. record.Signatures.Select(static word => SignedImage.Decode(word))], holders);
    }

    /// <summary>Opens a piece of an image that is served.</summary>
    /// <param name="root">The blob's name.</param>
    /// <returns>Its chunks; null where it is none of a served image.</returns>
    public IBlobChunks? Open(Hash32 root)
    {
        lock (_gate)
        {
            foreach (var image in _scopes.Values.Where(static hold => hold.Serves).Select(static hold => hold.Image).Distinct())
            {
                if (Served(image)?.Open(root) is { } chunks) return chunks;
            }
        }

        return null;
    }

    private bool Serves(string image) => _scopes.Values.Any(hold => hold.Serves && hold.Image == image);

    private SealedImage? Served(string image) => Serves(image) && _ready.TryGetValue(image, out var ready) ? ready.Image : null;

    /// <summary>Tries once more where an image was not here at the last try, and is now: imported while its job waits.</summary>
    private void Again(string image)
    {
        if (!_ready.TryGetValue(image, out var known) || (known.Work.IsCompleted && known.IsMissing && Record(image) is not null)) _ = PrepareAsync(image);
    }

    private ImageRecord? Record(string image) => store.List().FirstOrDefault(known => known.Digest == image);

    private static PeerComputeException NotReady(string image) => new(ErrorCode.Unavailable, $"image {image} is being made ready");

    private SealedImage? Make(string image, Preparing preparing)
    {
        try
        {
            var record = Record(image);
            preparing.IsMissing = record is null;
            return record is null ? null : SealedImage.Make(store, record, stop);
        }
        catch (Exception e) when (e is PeerComputeException or IOException or UnauthorizedAccessException)
        {
            log($"image {image} is not given to other nodes: {e.Message}");
            return null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>An image that is made ready.</summary>
    private sealed class Preparing
    {
        /// <summary>Ends when it is, or cannot be.</summary>
        public Task Work { get; set; } = Task.CompletedTask;

        /// <summary>The image; null while it is not ready, or where it cannot be.</summary>
        public SealedImage? Image { get; set; }

        /// <summary>Whether it was not here.</summary>
        public bool IsMissing { get; set; }
    }
}
