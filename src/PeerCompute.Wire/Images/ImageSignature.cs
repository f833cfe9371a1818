// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Crypto;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Images;

/// <summary>The word of a publisher that an image is theirs; who it is says the envelope (<see cref="SignedImage"/>).</summary>
/// <param name="Digest">SHA-256 of the image's manifest, which names all else by digests.</param>
/// <param name="SignedMs">When, Unix milliseconds, by the publisher's clock.</param>
public sealed record ImageSignature(Hash32 Digest, ulong SignedMs)
{
    /// <summary>Longest encoding in bytes.</summary>
    public const int MaxBytes = 64;

    /// <summary>Reads one.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="MaxBytes"/>.</param>
    /// <returns>The word.</returns>
    /// <exception cref="Base.Errors.WireException">A field is missing or out of range, or the encoding is not canonical.</exception>
    public static ImageSignature Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.ImageSignature.Parser, bytes, MaxBytes, "image signature");
        return new ImageSignature(Canonical.Hash(m.Digest, "digest"), Canonical.Within(m.SignedMs, 0, long.MaxValue, "signed_ms"));
    }

    /// <summary>The canonical bytes.</summary>
    /// <returns>What is signed.</returns>
    public byte[] Encode() => new V1.ImageSignature { Digest = Canonical.Bytes(Digest), SignedMs = SignedMs }.ToByteArray();
}
