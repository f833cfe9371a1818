// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Blobs;

/// <summary>The hashes of a blob's encrypted chunks.</summary>
/// <param name="Size">Plain bytes.</param>
/// <param name="Chunks">SHA-256 of each encrypted chunk, in order.</param>
public sealed record BlobManifest(ulong Size, ImmutableArray<Hash32> Chunks)
{
    /// <summary>Bytes that each chunk adds to the encoding: a hash with its tag and length.</summary>
    public const int BytesPerChunk = 34;

    /// <summary>Most bytes of the encoding beside the chunks.</summary>
    public const int BytesBeside = 64;

    /// <summary>Merkle root over the chunk hashes: the blob's name.</summary>
    /// <returns>The root.</returns>
    public Hash32 Root() => MerkleTree.Root(Chunks.AsSpan());

    /// <summary>Chunks of a blob of some size; an empty blob has one empty chunk.</summary>
    /// <param name="size">Plain bytes.</param>
    /// <returns>At least 1.</returns>
    public static int ChunksFor(ulong size) => size == 0 ? 1 : (int)((size + WireLimits.ChunkBytes - 1) / WireLimits.ChunkBytes);

    /// <summary>Reads a manifest.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="WireLimits.ManifestBytes"/>.</param>
    /// <returns>The manifest.</returns>
    /// <exception cref="WireException">A field is out of range, or the encoding is not canonical.</exception>
    public static BlobManifest Decode(ReadOnlyMemory<byte> bytes)
    {
        return From(Canonical.Parse(V1.BlobManifest.Parser, bytes, WireLimits.ManifestBytes, "blob manifest"));
    }

    /// <summary>The canonical bytes.</summary>
    /// <returns>What is sent.</returns>
    public byte[] Encode() => ToProto().ToByteArray();

    internal static BlobManifest From(V1.BlobManifest m)
    {
        var manifest = new BlobManifest(
            Canonical.Within(m.Size, 0, WireLimits.BlobBytes, "size"),
            Canonical.List(m.Chunks, WireLimits.ChunksPerBlob, "chunks", Canonical.Hash));
        if (manifest.Chunks.Length != ChunksFor(manifest.Size))
            throw new WireException("chunks", $"{manifest.Chunks.Length} for {manifest.Size} bytes, expected {ChunksFor(manifest.Size)}");
        return manifest;
    }

    internal V1.BlobManifest ToProto()
    {
        var m = new V1.BlobManifest { Size = Size };
        foreach (var chunk in Chunks) m.Chunks.Add(Canonical.Bytes(chunk));
        return m;
    }
}
