// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Blobs;

/// <summary>What a blob request gets: the manifest, or why not.</summary>
/// <param name="Manifest">Of the blob; null with a refusal.</param>
/// <param name="Refusal">Why nothing is served; <see cref="BlobRefusal.None"/> with a manifest.</param>
public sealed record BlobAnswer(BlobManifest? Manifest, BlobRefusal Refusal)
{
    /// <summary>Longest encoding in bytes.</summary>
    public const int MaxBytes = WireLimits.ManifestBytes + 8;

    /// <summary>Reads an answer.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="MaxBytes"/>.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="WireException">Neither or both are there, a field is out of range, or the encoding is not canonical.</exception>
    public static BlobAnswer Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.BlobAnswer.Parser, bytes, MaxBytes, "blob answer");
        var refusal = (BlobRefusal)Canonical.Within((ulong)m.Refusal, 0, (ulong)BlobRefusal.NotServed, "refusal");
        if (m.Manifest is null == (refusal == BlobRefusal.None)) throw new WireException("refusal", "a manifest or a refusal, one of the two");
        return new BlobAnswer(m.Manifest is null ? null : BlobManifest.From(m.Manifest), refusal);
    }

    /// <summary>The canonical bytes.</summary>
    /// <returns>What is sent.</returns>
    public byte[] Encode() => new V1.BlobAnswer { Manifest = Manifest?.ToProto(), Refusal = (V1.BlobAnswer.Types.Refusal)Refusal }.ToByteArray();
}
