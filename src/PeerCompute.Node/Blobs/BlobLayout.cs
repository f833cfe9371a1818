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

    private static long SealedBytesOf(ulong size) => (long)size + (BlobManifest.ChunksFor(size) * ChaChaPoly.TagLength);

    /// <summary>Where a chunk begins.</summary>
    public static long Offset(int chunk) => (long)chunk * SealedBytes;

    /// <summary>Bytes of a whole blob's file.</summary>
    public static long FileLength(BlobManifest manifest) => SealedBytesOf(manifest.Size) + manifest.Encode().Length + TrailerBytes;

    /// <summary>Most bytes of the file of a blob of some size, whose manifest is not known yet.</summary>
    public static long FileLength(ulong size)
        => SealedBytesOf(size) + (BlobManifest.ChunksFor(size) * BlobManifest.BytesPerChunk) + BlobManifest.BytesBeside + TrailerBytes;

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
