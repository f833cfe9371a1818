// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Bytes;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Base.Multiformats;

/// <summary>
/// A content identifier of version 1 with a sha2-256 multihash (github.com/multiformats/cid): the name of some bytes as other tools read it.
/// Shown, never read: nodes speak of blobs by their roots.
/// </summary>
/// <param name="Codec">What the hashed bytes are: a multicodec.</param>
/// <param name="Digest">Their SHA-256.</param>
public sealed record Cid(ulong Codec, Hash32 Digest)
{
    /// <summary>Multicodec <c>raw</c>: the bytes themselves.</summary>
    public const ulong Raw = 0x55;

    /// <summary>The top node of a tree over chunks: 0x01 and two hashes (docs/protocol/blob.md). Of the range for private use, 0x300000 to 0x3fffff.</summary>
    public const ulong ChunkTree = 0x305043;

    private const byte Version = 1;
    private const byte Sha256 = 0x12;
    private const byte DigestBytes = 32;

    /// <summary>The identifier in base32, with the prefix that says so.</summary>
    /// <returns>59 characters for <see cref="Raw"/>.</returns>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[3 + Varint.MaxLength + DigestBytes];
        bytes[0] = Version;
        var length = 1 + Varint.Write(bytes[1..], Codec);
        bytes[length++] = Sha256;
        bytes[length++] = DigestBytes;
        Digest.CopyTo(bytes[length..]);
        return "b" + Base32.Encode(bytes[..(length + DigestBytes)]);
    }
}
