// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Images.Oci;
using PeerCompute.Wire.Images;

namespace PeerCompute.Execution.Images;

/// <content>Images on their way from node to node: what is given away, and what is taken.</content>
public sealed partial class ImageStore
{
    /// <summary>The parts of an image as they were packed, which are what others are given.</summary>
    /// <param name="image">The image.</param>
    /// <returns>Manifest, configuration, then layers, the lowest first: digest, path, most bytes unpacked.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.NotFound"/>: it was imported by an older version.</exception>
    public IReadOnlyList<(Hash32 Digest, string Path, long Unpacked)> PartsOf(ImageRecord image)
    {
        (Hash32 Digest, string Path, long Unpacked)[] parts =
            [.. image.Parts.Select((part, i) => (part, Path.Combine(Packed, part.ToString()), i < 2 ? 0 : image.Layers[i - 2].UnpackedBytes))];
        return image.Config.Length > 0 && parts.All(part => File.Exists(part.Path)) ? parts
            : throw ImageFault.NotFound(
                $"image {image.Digest} was imported by an older version, without its packed layers: remove it and import it again");
    }

    /// <summary>Compares what a holder says of an image with the image's own documents, before any of its layers is fetched.</summary>
    /// <param name="parcel">What the holder says.</param>
    /// <param name="open">Opens manifest and configuration.</param>
    /// <returns>The layers that are not here.</returns>
    /// <exception cref="PeerComputeException">They differ, or a bound is reached.</exception>
    public IReadOnlyList<ImagePart> Examine(ImageParcel parcel, Func<Hash32, Stream?> open) => Guard(() =>
    {
        using var layout = new OciParts(open, Limits);
        var manifest = OciManifest.Read(layout.Document(OciParts.Manifest(parcel.Parts[0].Digest, (long)parcel.Parts[0].Size)), Limits);
        manifest.Check(OciConfig.Read(layout.Document(manifest.Config), Limits));
        var named = manifest.Layers.Prepend(manifest.Config).Select(part => (part.Digest, (ulong)part.Size));
        if (!named.SequenceEqual(parcel.Parts.Skip(1).Select(part => (part.Digest, part.Size))))
            throw ImageFault.NotAuthentic("the parts that a holder names are not those of the image's manifest");
        if (parcel.UnpackedBytes > (ulong)Limits.UnpackedBytes)
            throw ImageFault.Limit($"the layers unpack to {parcel.UnpackedBytes} bytes, limit {Limits.UnpackedBytes}: make a smaller image");
        return (IReadOnlyList<ImagePart>)
        [
            .. manifest.Layers.Zip(parcel.Parts.Skip(2), (layer, part) => (Listed: ListedOf(layer), Part: part)).DistinctBy(layer => layer.Listed.Folder)
                .Where(layer => !Has(layer.Listed)).Select(layer => layer.Part),
        ];
    });

    /// <summary>Takes an image that another node gave, wholly or not at all; everything is checked as in an import.</summary>
    /// <param name="parcel">What its holder said: no layer may unpack to more than that.</param>
    /// <param name="open">Opens a part by its digest.</param>
    /// <param name="cancellation">Ends it; nothing is left.</param>
    /// <returns>The image.</returns>
    /// <exception cref="PeerComputeException">It is refused, and why; nothing is left.</exception>
    public ImageRecord Take(ImageParcel parcel, Func<Hash32, Stream?> open, CancellationToken cancellation) => Guard(() => InWork(work =>
    {
        ImagePart manifest = parcel.Parts[0];
        using var layout = new OciParts(open, Limits);
        var import = new ImageImport(this, work, null, cancellation)
        {
            Promised = [.. parcel.Parts.Skip(2).Select(layer => (long)layer.UnpackedBytes)],
            Fetched = true,
            Signatures = [.. Good(parcel, manifest.Digest)],
        };
        return import.Oci(layout, OciParts.Manifest(manifest.Digest, (long)manifest.Size), null, $"fetched-{manifest.Digest.ToString()[..16]}");
    }));

    /// <summary>Signatures of a parcel that are good, one of each signer.</summary>
    /// <param name="parcel">What a holder says.</param>
    /// <param name="digest">The image that was asked for.</param>
    public static IEnumerable<byte[]> Good(ImageParcel parcel, Hash32 digest) => parcel.Signatures.Where(word => word.IsGoodFor(digest))
        .DistinctBy(static word => word.Envelope.Signer).Select(static word => word.Envelope.Bytes.ToArray());

    /// <summary>Adds a publisher's word to an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="word">The word; in place of an older one of the same publisher.</param>
    /// <returns>The image with it.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.NotAuthentic"/>; <see cref="ErrorCode.LimitExceeded"/>: it has all it may.</exception>
    public ImageRecord Sign(ImageRecord image, SignedImage word) => Guard(() => InWork(work =>
    {
        if (!word.IsGoodFor(Hash32.Parse(image.Digits))) throw ImageFault.NotAuthentic("the signature is for another image");
        var others = image.Signatures.Where(envelope => SignedImage.Decode(envelope).Envelope.Signer != word.Envelope.Signer).ToList();
        if (others.Count >= SignedImage.PerImage)
            throw ImageFault.Limit($"image {image.Digest} has {SignedImage.PerImage} signatures, which is the limit: import it anew, and sign it by fewer");
        ImageRecord signed = image with { Signatures = [.. others, word.Envelope.Bytes.ToArray()] };
        Write(signed, Path.Combine(work, "record"));
        return signed;
    }));

    /// <summary>When an image came, or was last looked up for a run.</summary>
    /// <param name="image">The image.</param>
    public DateTimeOffset LastUseOf(ImageRecord image) => File.GetLastWriteTimeUtc(RecordOf(image.Digits));

    /// <summary>Makes room for an image that is about to come: images that others gave go, the one that was used longest ago first.</summary>
    /// <param name="bytes">Bytes that it may have, packed and unpacked.</param>
    /// <param name="most">Bytes that all images from others may have together.</param>
    /// <param name="inUse">Whether a job or lease needs an image, by its digest.</param>
    /// <returns>What went.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.LimitExceeded"/>: it does not fit even so; nothing went.</exception>
    public IReadOnlyList<ImageRecord> MakeRoom(long bytes, long most, Func<string, bool> inUse)
    {
        IReadOnlyList<ImageRecord> all = List();
        HashSet<string> own = [.. all.Where(image => !image.Fetched).SelectMany(image => image.Layers).Select(layer => layer.Folder)];
        List<ImageRecord> left = [.. all.Where(image => image.Fetched).OrderBy(LastUseOf)];
        List<ImageRecord> gone = [];
        while (bytes > most - Sum(left, own))
        {
            ImageRecord next = left.Find(image => !inUse(image.Digest)) ?? throw ImageFault.Limit($"images from other nodes may have {most} bytes, "
                + $"{Sum(left, own)} are in use by jobs, {bytes} more are wanted: raise image_bytes in config.json");
            left.Remove(next);
            gone.Add(next);
        }

        foreach (ImageRecord image in gone) Remove(image.Digest);
        return gone;
    }

    /// <summary>A layer of a manifest, its sizes not known yet.</summary>
    internal static ImageLayer ListedOf(OciDescriptor layer) => new(ImageDigest.Text(layer.Digest), OciMedia.IsPlain(layer.Media), 0, 0, 0);

    /// <summary>Whether a layer is here, unpacked and packed.</summary>
    internal bool Has(ImageLayer layer) =>
        Directory.Exists(FolderOf(layer)) && File.Exists(Path.Combine(Packed, layer.Digest[ImageDigest.Prefix.Length..]));

    // Layers that several of them share count once, those that the owner's own images have not at all: they were not fetched, or would stay.
    private static long Sum(IEnumerable<ImageRecord> images, HashSet<string> own) => images.SelectMany(image => image.Layers)
        .Where(layer => !own.Contains(layer.Folder)).DistinctBy(layer => layer.Folder).Sum(layer => layer.PackedBytes + layer.UnpackedBytes);
}
