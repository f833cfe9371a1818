// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using PeerCompute.Base.Crypto;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Blobs;

/// <summary>
/// How a blob lies in its file: the encrypted chunks one after the other, the manifest, the manifest's length (4 bytes,
/// little-endian), <see cref="Magic"/>. The trailer comes last, so a file that ends in it is whole.
/// </summary>
internal static class BlobLayout
{
    /// <summary>Encrypted bytes of a full chunk.</summary>
    public const int SealedBytes = WireLimits.ChunkBytes + ChaChaPoly.TagLength;

    /// <summary>Bytes behind the manifest.</summary>
    public const int TrailerBytes = 12;

    /// <summary>The last eight bytes.</summary>
    public static ReadOnlySpan<byte> Magic => "PCBLOB1\n"u8;

    /// <summary>Encrypted bytes of one chunk.</summary>
    public static int SealedLength(ulong size, int chunk)
    {
        var rest = size - ((ulong)chunk * WireLimits.ChunkBytes);
        return (int)Math.Min(rest, WireLimits.ChunkBytes) + ChaChaPoly.TagLength;
    }

    /// <summary>Where a chunk begins.</summary>
    public static long Offset(int chunk) => (long)chunk * SealedBytes;

    /// <summary>Bytes of a whole blob's file.</summary>
    public static long FileLength(BlobManifest manifest)
    {
        var last = manifest.Chunks.Length - 1;
        return Offset(last) + SealedLength(manifest.Size, last) + manifest.Encode().Length + TrailerBytes;
    }

    /// <summary>Nonce of a chunk: its number, little-endian.</summary>
    public static void Nonce(int chunk, Span<byte> nonce)
    {
        nonce.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(nonce, chunk);
    }

    /// <summary>Manifest, its length and the magic.</summary>
    public static byte[] Tail(byte[] manifest)
    {
        var tail = new byte[manifest.Length + TrailerBytes];
        manifest.CopyTo(tail, 0);
        BinaryPrimitives.WriteInt32LittleEndian(tail.AsSpan(manifest.Length), manifest.Length);
        Magic.CopyTo(tail.AsSpan(manifest.Length + 4));
        return tail;
    }
}
