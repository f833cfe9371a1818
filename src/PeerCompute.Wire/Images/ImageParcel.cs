// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using Google.Protobuf;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Images;

/// <summary>What an image consists of, as one of its holders says, and who else serves it (docs/protocol/image.md).</summary>
/// <param name="Parts">Manifest, configuration, then layers, the lowest first; empty where the asked node does not serve the image.</param>
/// <param name="Signatures">Words of publishers for it, at most <see cref="SignedImage.PerImage"/>; not checked.</param>
/// <param name="Holders">Who else serves it, at most <see cref="HoldersMost"/>.</param>
public sealed record ImageParcel(ImmutableArray<ImagePart> Parts, ImmutableArray<SignedImage> Signatures, ImmutableArray<Contact> Holders)
{
    /// <summary>Longest encoding in bytes.</summary>
    public const int MaxBytes = 96 << 10;

    /// <summary>Most layers, as an import takes (docs/images.md).</summary>
    public const int LayersMost = 128;

    /// <summary>Most pieces of all parts together: 64 GiB in layers of all sizes.</summary>
    public const int PiecesMost = 64 + LayersMost + 2;

    /// <summary>Most bytes of a manifest or configuration: 4 MiB, as for an import (docs/images.md).</summary>
    public const ulong DocumentMost = 4UL << 20;

    /// <summary>Most bytes of all layers as they are packed: 64 GiB, as for an import (docs/images.md).</summary>
    public const ulong PackedMost = 64UL << 30;

    /// <summary>Holders named.</summary>
    public const int HoldersMost = 8;

    /// <summary>The answer of a node that does not serve an image.</summary>
    public static ImageParcel None { get; } = new([], [], []);

    /// <summary>Bytes of all parts as they are packed.</summary>
    public ulong PackedBytes
    {
        get
        {
            ulong size = 0;
            foreach (var part in Parts) size += part.Size;
            return size;
        }
    }

    /// <summary>Most bytes that the layers unpack to.</summary>
    public ulong UnpackedBytes
    {
        get
        {
            ulong size = 0;
            foreach (var part in Parts) size += part.UnpackedBytes;
            return size;
        }
    }

    /// <summary>Reads a parcel.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="MaxBytes"/>.</param>
    /// <returns>The parcel.</returns>
    /// <exception cref="WireException">A field is out of range, or the encoding is not canonical.</exception>
    public static ImageParcel Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.ImageParcel.Parser, bytes, MaxBytes, "image parcel");
        var parcel = new ImageParcel(
            Canonical.List(m.Parts, LayersMost + 2, "parts", ImagePart.From),
            Canonical.List(m.Signatures, SignedImage.PerImage, "signatures", static (envelope, _) => SignedImage.Decode(envelope.Memory)),
            Canonical.List(m.Holders, HoldersMost, "holders", Contact.From));
        if (parcel.Parts.Length is 1 or 2) throw new WireException("parts", "are fewer than a manifest, a configuration and a layer");
        var pieces = 0;
        foreach (var part in parcel.Parts) pieces += part.Pieces.Length;
        if (pieces > PiecesMost) throw new WireException("parts", $"have {pieces} pieces, limit {PiecesMost}");
        CheckSizes(parcel);
        return parcel;
    }

    // Before anything is asked for: manifest and configuration are fetched ahead of any other judgement.
    private static void CheckSizes(ImageParcel parcel)
    {
        var packed = 0UL;
        for (var i = 0; i < parcel.Parts.Length; i++)
        {
            var size = parcel.Parts[i].Size;
            if (i >= 2) packed += size;
            else if (size > DocumentMost) throw new WireException($"parts[{i}]", $"has {size} bytes, limit {DocumentMost}");
        }

        if (packed > PackedMost) throw new WireException("parts", $"are layers of {packed} bytes, limit {PackedMost}");
        if (parcel.UnpackedBytes > ImagePart.UnpackedMost)
            throw new WireException("parts", $"unpack to {parcel.UnpackedBytes} bytes, limit {ImagePart.UnpackedMost}");
    }

    /// <summary>The canonical bytes.</summary>
    /// <returns>What is sent.</returns>
    public byte[] Encode()
    {
        var m = new V1.ImageParcel();
        foreach (var part in Parts) m.Parts.Add(part.ToProto());
        foreach (var signature in Signatures) m.Signatures.Add(Canonical.Bytes(signature.Envelope.Bytes));
        foreach (var holder in Holders) m.Holders.Add(holder.ToProto());
        return m.ToByteArray();
    }
}
