// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Images;
using PeerCompute.Node.Blobs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Images;

namespace PeerCompute.Node.Images;

/// <summary>An image of this node as it is given to others: parts cut into pieces that are public blobs.</summary>
internal sealed class SealedImage
{
    private readonly Dictionary<Hash32, SealedPiece> _pieces = [];

    private SealedImage(ImmutableArray<ImagePart> parts) => Parts = parts;

    /// <summary>What it consists of.</summary>
    public ImmutableArray<ImagePart> Parts { get; }

    /// <summary>Reads and encrypts an image once; nothing of it is written.</summary>
    /// <param name="store">Has it.</param>
    /// <param name="image">Which.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The image.</returns>
    /// <exception cref="PeerComputeException">It was imported by an older version, is damaged, or has more pieces than a parcel holds.</exception>
    public static SealedImage Make(ImageStore store, ImageRecord image, CancellationToken cancel)
    {
        var parts = ImmutableArray.CreateBuilder<ImagePart>();
        var pieces = new List<SealedPiece>();
        foreach (var (digest, path, unpacked) in store.PartsOf(image))
        {
            var size = (ulong)new FileInfo(path).Length;
            var first = pieces.Count;
            for (ulong at = 0; at == 0 || at < size; at += WireLimits.BlobBytes)
                pieces.Add(SealedPiece.Make(path, (long)at, Math.Min(WireLimits.BlobBytes, size - at), cancel));
            parts.Add(new ImagePart(digest, [.. pieces.Skip(first).Select(static piece => piece.Blob.WithoutKey())], (ulong)unpacked));
        }

        if (pieces.Count > ImageParcel.PiecesMost)
        {
            throw new PeerComputeException(
                ErrorCode.LimitExceeded, $"image {image.Digest} has {pieces.Count} pieces, limit {ImageParcel.PiecesMost}: merge layers");
        }

        var made = new SealedImage(parts.ToImmutable());
        foreach (var piece in pieces) made._pieces[piece.Blob.Root] = piece;
        return made;
    }

    /// <summary>Opens a piece.</summary>
    /// <param name="root">The blob's name.</param>
    /// <returns>Its chunks; null where it is none of this image, or gone.</returns>
    public IBlobChunks? Open(Hash32 root) => _pieces.TryGetValue(root, out var piece) ? piece.Open() : null;
}
