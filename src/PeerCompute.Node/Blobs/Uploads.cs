// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Security.Cryptography;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Node.Homes;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Blobs;

/// <summary>Blobs that local clients handed in, by the hash of their plain bytes, with the keys that open them.</summary>
/// <param name="store">Where the bytes are.</param>
/// <param name="folder">Where the references are: one small file each.</param>
internal sealed class Uploads(BlobStore store, string folder)
{
    private const int FileBytes = 32 + 8 + ChaChaPoly.KeyLength;

    /// <summary>Takes bytes in; the same bytes a second time take no more room.</summary>
    /// <param name="plain">Read to its end.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>The reference, on the disk.</returns>
    /// <exception cref="PeerComputeException">Too long, no room, or the disk fails.</exception>
    public async Task<BlobRef> AddAsync(Stream plain, CancellationToken cancel)
    {
        var blob = await store.PutAsync(plain, RandomNumberGenerator.GetBytes(ChaChaPoly.KeyLength), WireLimits.BlobBytes, cancel).ConfigureAwait(false);
        if (Find(blob.Plain) is { } known)
        {
            store.Delete(blob.Root);
            return known;
        }

        var bytes = new byte[FileBytes];
        blob.Root.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(32), blob.Size);
        blob.Key.Span.CopyTo(bytes.AsSpan(40));
        Disk.Replace(PathOf(blob.Plain), bytes);
        return blob;
    }

    /// <summary>The reference of bytes that were handed in.</summary>
    /// <returns>The reference, or null where they were not, or are gone.</returns>
    public BlobRef? Find(Hash32 plain)
    {
        try
        {
            var bytes = File.ReadAllBytes(PathOf(plain));
            if (bytes.Length != FileBytes) return null;
            var root = new Hash32(bytes.AsSpan(0, 32));
            return store.Has(root) ? new BlobRef(plain, BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(32)), root, bytes.AsMemory(40)) : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private string PathOf(Hash32 plain) => Path.Combine(folder, plain.ToString());
}
