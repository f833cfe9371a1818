// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Images;

/// <summary>One part of an image as it was packed: its manifest, its configuration, or a layer.</summary>
/// <param name="Digest">SHA-256 of the whole part.</param>
/// <param name="Pieces">Public blobs without keys, one after the other: each of <see cref="WireLimits.BlobBytes"/>, the last one of that at most.</param>
/// <param name="UnpackedBytes">Most bytes that a layer's archive unpacks to; 0 for what is no layer.</param>
public sealed record ImagePart(Hash32 Digest, ImmutableArray<BlobRef> Pieces, ulong UnpackedBytes)
{
    /// <summary>Most bytes that a part may say it unpacks to: 64 GiB, as for an import (docs/images.md).</summary>
    public const ulong UnpackedMost = 64UL << 30;

    /// <summary>Bytes of the whole part.</summary>
    public ulong Size
    {
        get
        {
            ulong size = 0;
            foreach (var piece in Pieces) size += piece.Size;
            return size;
        }
    }

    internal V1.ImagePart ToProto()
    {
        var m = new V1.ImagePart { Digest = Canonical.Bytes(Digest), UnpackedBytes = UnpackedBytes };
        foreach (var piece in Pieces) m.Pieces.Add(piece.ToProto());
        return m;
    }

    internal static ImagePart From(V1.ImagePart m, string field)
    {
        var part = new ImagePart(
            Canonical.Hash(m.Digest, field + ".digest"),
            Canonical.List(m.Pieces, ImageParcel.PiecesMost, field + ".pieces", BlobRef.From),
            Canonical.Within(m.UnpackedBytes, 0, UnpackedMost, field + ".unpacked_bytes"));
        if (part.Pieces.IsEmpty) throw new WireException(field + ".pieces", "missing");
        for (var i = 0; i < part.Pieces.Length; i++)
        {
            var piece = part.Pieces[i];
            if (!piece.Key.IsEmpty) throw new WireException($"{field}.pieces[{i}].key", "is there: the key follows from the content");
            if (piece.Size != WireLimits.BlobBytes && i < part.Pieces.Length - 1) throw new WireException($"{field}.pieces[{i}].size", "is short of 1 GiB");
        }

        // The digest of a part that is one piece is the piece's.
        if (part.Pieces.Length == 1 && part.Pieces[0].Plain != part.Digest) throw new WireException(field + ".pieces[0].plain", "is not the part's digest");
        return part;
    }
}
