// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Blobs;

/// <summary>
/// Asks for encrypted chunks. A stream carries any number of requests; the answer to each is one <see cref="BlobAnswer"/> frame, then one frame per chunk.
/// </summary>
/// <param name="Root">Root of the blob.</param>
/// <param name="FirstChunk">First chunk wanted.</param>
/// <param name="ChunkCount">Chunks wanted; 0 for the manifest alone.</param>
/// <param name="Manifest">Whether the manifest is wanted.</param>
/// <param name="Token">A <see cref="SignedToken"/> as it came, or empty; whether it is one is for the server to say.</param>
public sealed record BlobRequest(Hash32 Root, uint FirstChunk, uint ChunkCount, bool Manifest, ReadOnlyMemory<byte> Token)
{
    /// <summary>Longest encoding in bytes.</summary>
    public const int MaxBytes = 64 + SignedToken.MaxBytes;

    /// <summary>Reads a request.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="MaxBytes"/>.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireException">A field is missing, out of range, or the encoding is not canonical.</exception>
    public static BlobRequest Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.BlobRequest.Parser, bytes, MaxBytes, "blob request");
        if (m.Token.Length > SignedToken.MaxBytes) throw new WireException("token", $"{m.Token.Length} bytes, limit {SignedToken.MaxBytes}");
        var first = (uint)Canonical.Within(m.FirstChunk, 0, WireLimits.ChunksPerBlob, "first_chunk");
        var count = (uint)Canonical.Within(m.ChunkCount, 0, WireLimits.ChunksPerBlob - first, "chunk_count");
        return new BlobRequest(Canonical.Hash(m.Root, "root"), first, count, m.Manifest, m.Token.Memory);
    }

    /// <summary>The canonical bytes.</summary>
    /// <returns>What is sent.</returns>
    public byte[] Encode() => new V1.BlobRequest
    {
        Root = Canonical.Bytes(Root),
        FirstChunk = FirstChunk,
        Token = Canonical.Bytes(Token),
        ChunkCount = ChunkCount,
        Manifest = Manifest,
    }.ToByteArray();
}
