// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Images;

/// <summary>Asks a peer what an image consists of (docs/protocol/image.md).</summary>
/// <param name="Digest">SHA-256 of its manifest.</param>
public sealed record ImageQuery(Hash32 Digest)
{
    /// <summary>Longest encoding in bytes.</summary>
    public const int MaxBytes = 64;

    /// <summary>Reads a query.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="MaxBytes"/>.</param>
    /// <returns>The query.</returns>
    /// <exception cref="Base.Errors.WireException">A field is missing, or the encoding is not canonical.</exception>
    public static ImageQuery Decode(ReadOnlyMemory<byte> bytes)
        => new(Canonical.Hash(Canonical.Parse(V1.ImageQuery.Parser, bytes, MaxBytes, "image query").Digest, "digest"));

    /// <summary>The canonical bytes.</summary>
    /// <returns>What is sent.</returns>
    public byte[] Encode() => new V1.ImageQuery { Digest = Canonical.Bytes(Digest) }.ToByteArray();
}
