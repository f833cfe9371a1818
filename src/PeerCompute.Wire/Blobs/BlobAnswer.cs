// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using Google.Protobuf;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Blobs;

/// <summary>What a blob request gets before its chunks: the manifest where it is wanted, or why nothing comes.</summary>
/// <param name="Manifest">Of the blob; null with a refusal, or where it was not asked for.</param>
/// <param name="Refusal">Why nothing is served and the stream ends; <see cref="BlobRefusal.None"/> where it is.</param>
/// <param name="Holders">Who else has the blobs of the token's scope; empty with a refusal.</param>
public sealed record BlobAnswer(BlobManifest? Manifest, BlobRefusal Refusal, ImmutableArray<Contact> Holders)
{
    /// <summary>Longest encoding in bytes.</summary>
    public const int MaxBytes = WireLimits.ManifestBytes + (HoldersMost * Contact.MaxBytes) + 8;

    /// <summary>Holders named in one answer.</summary>
    public const int HoldersMost = 8;

    /// <summary>Reads an answer.</summary>
    /// <param name="bytes">Canonical bytes, at most <see cref="MaxBytes"/>.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="WireException">Something is there with a refusal, a field is out of range, or the encoding is not canonical.</exception>
    public static BlobAnswer Decode(ReadOnlyMemory<byte> bytes)
    {
        var m = Canonical.Parse(V1.BlobAnswer.Parser, bytes, MaxBytes, "blob answer");
        var refusal = (BlobRefusal)Canonical.Within((ulong)m.Refusal, 0, (ulong)BlobRefusal.NotServed, "refusal");
        if (refusal != BlobRefusal.None && (m.Manifest is not null || m.Holders.Count > 0)) throw new WireException("refusal", "comes alone");
        var holders = Canonical.List(m.Holders, HoldersMost, "holders", Contact.From);
        return new BlobAnswer(m.Manifest is null ? null : BlobManifest.From(m.Manifest), refusal, holders);
    }

    /// <summary>A refusal.</summary>
    /// <param name="refusal">Why nothing comes.</param>
    /// <returns>The answer.</returns>
    public static BlobAnswer No(BlobRefusal refusal) => new(null, refusal, []);

    /// <summary>The canonical bytes.</summary>
    /// <returns>What is sent.</returns>
    public byte[] Encode()
    {
        var m = new V1.BlobAnswer { Manifest = Manifest?.ToProto(), Refusal = (V1.BlobAnswer.Types.Refusal)Refusal };
        foreach (var holder in Holders) m.Holders.Add(holder.ToProto());
        return m.ToByteArray();
    }
}
