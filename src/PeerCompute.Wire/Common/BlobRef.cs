// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Multiformats;

namespace PeerCompute.Wire.Common;

/// <summary>Content-addressed encrypted bytes: who holds the key can check and read them, everybody else only carries them.</summary>
/// <param name="Plain">SHA-256 of the plain bytes.</param>
/// <param name="Size">Plain bytes, 0 to <see cref="WireLimits.BlobBytes"/>.</param>
/// <param name="Root">Merkle root over the SHA-256 of the encrypted chunks.</param>
/// <param name="Key">32-byte content key, or empty where the reference is public.</param>
public sealed record BlobRef(Hash32 Plain, ulong Size, Hash32 Root, ReadOnlyMemory<byte> Key)
{
    /// <summary>
    /// Content key of a public blob: of its content alone, so that every job and node that has the content gives it the same root. Who has the
    /// content can therefore see that a node serves it.
    /// </summary>
    /// <param name="plain">SHA-256 of the plain bytes.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] PublicKey(Hash32 plain) => new HashBuilder("peercompute/1/public-key").Add(plain).Hash().ToArray();

    /// <summary>The name of the encrypted bytes for other tools: of one chunk that of the chunk, else that of the top node of the chunks' tree.</summary>
    public Cid Cid => new(Size <= WireLimits.ChunkBytes ? Cid.Raw : Cid.ChunkTree, Root);

    /// <summary>The reference without its key, as it may stand in a receipt.</summary>
    /// <returns>A copy.</returns>
    public BlobRef WithoutKey() => this with { Key = ReadOnlyMemory<byte>.Empty };

    /// <inheritdoc/>
    public bool Equals(BlobRef? other)
        => other is not null && Plain == other.Plain && Size == other.Size && Root == other.Root && Key.Span.SequenceEqual(other.Key.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => Root.GetHashCode();

    internal V1.BlobRef ToProto() => new()
    {
        Plain = Canonical.Bytes(Plain),
        Size = Size,
        Root = Canonical.Bytes(Root),
        Key = Canonical.Bytes(Key),
    };

    internal static BlobRef From(V1.BlobRef? m, string field)
    {
        Canonical.Present(m, field);
        if (m!.Key.Length is not (0 or 32)) throw new WireException(field + ".key", $"{m.Key.Length} bytes, expected 32 or none");
        return new BlobRef(
            Canonical.Hash(m.Plain, field + ".plain"),
            Canonical.Within(m.Size, 0, WireLimits.BlobBytes, field + ".size"),
            Canonical.Hash(m.Root, field + ".root"),
            m.Key.Memory);
    }
}
