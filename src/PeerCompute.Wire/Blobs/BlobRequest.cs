// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Blobs;

/// <summary>Asks for encrypted chunks. The answer is one manifest frame, then one frame per chunk.</summary>
/// <param name="Root">Root of the blob.</param>
/// <param name="FirstChunk">First chunk wanted; those before are there already.</param>
public sealed record BlobRequest(Hash32 Root, uint FirstChunk)
{
    /// <summary>Longest encoding in bytes.</summary>
    public const int MaxBytes = 64;

    /// <summary>Reads a request.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="MaxBytes"/>.</param>
    /// <returns>The request.</returns>
    /// <exception cref="Base.Errors.WireException">A field is missing, out of range, or the encoding is not canonical.</exception>
    public static BlobRequest Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.BlobRequest.Parser, bytes, MaxBytes, "blob request");
        return new BlobRequest(Canonical.Hash(m.Root, "root"), (uint)Canonical.Within(m.FirstChunk, 0, WireLimits.ChunksPerBlob, "first_chunk"));
    }

    /// <summary>The canonical bytes.</summary>
    /// <returns>What is sent.</returns>
    public byte[] Encode() => new V1.BlobRequest { Root = Canonical.Bytes(Root), FirstChunk = FirstChunk }.ToByteArray();
}
