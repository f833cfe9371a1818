// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Node.Homes;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Blobs;

/// <summary>Between plain bytes and a blob's file (docs/protocol/blob.md), chunk by chunk: a blob is never in memory as a whole.</summary>
internal static class BlobSealing
{
    /// <summary>Encrypts a stream into a new file; on the disk when this returns.</summary>
    /// <param name="path">The file; must not be there.</param>
    /// <param name="plain">Read to its end.</param>
    /// <param name="key">32-byte content key that was never used for other bytes.</param>
    /// <param name="maxBytes">Most plain bytes.</param>
    /// <param name="reserve">Told the bytes that come next, before they are written; throws where there is no room.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>What names and opens it.</returns>
    /// <exception cref="PeerComputeException">Too long.</exception>
    public static async Task<BlobRef> EncryptAsync(
        string path, Stream plain, ReadOnlyMemory<byte> key, ulong maxBytes, Action<long> reserve, CancellationToken cancel)
    {
        using var file = Disk.Create(path);
        using var cipher = new ChaChaPoly(key.Span);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var behind = new WriteBehind(file.SafeFileHandle);
        var hashes = new List<Hash32>();
        var (open, next) = (new byte[WireLimits.ChunkBytes], new byte[WireLimits.ChunkBytes]);
        var sealedChunk = new byte[BlobLayout.SealedBytes];
        var nonce = new byte[ChaChaPoly.NonceLength];
        var size = 0UL;
        var hashing = Task.CompletedTask;
        try
        {
            while (true)
            {
                var read = await plain.ReadAtLeastAsync(open, open.Length, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
                if (read == 0 && hashes.Count > 0) break;
                size += (ulong)read;
                if (size > maxBytes)
                    throw new PeerComputeException(ErrorCode.LimitExceeded, $"more than {maxBytes} bytes: raise the limit, or hand in less.");
                await hashing.ConfigureAwait(false);
                // The plain bytes are hashed beside the rest: two hashes and a cipher are more than one core does at the pace of a disk.
                var part = open.AsMemory(0, read);
                hashing = Task.Run(() => hash.AppendData(part.Span), CancellationToken.None);
                BlobLayout.Nonce(hashes.Count, nonce);
                var box = sealedChunk.AsMemory(0, read + ChaChaPoly.TagLength);
                cipher.Encrypt(nonce, part.Span, box.Span, []);
                hashes.Add(Hash32.Of(box.Span));
                reserve(box.Length);
                await file.WriteAsync(box, cancel).ConfigureAwait(false);
                behind.Wrote(box.Length);
                if (read < open.Length) break;
                (open, next) = (next, open);
            }
        }
        finally
        {
            await hashing.ConfigureAwait(false);
        }

        var manifest = new BlobManifest(size, [.. hashes]);
        var tail = BlobLayout.Tail(manifest.Encode());
        reserve(tail.Length);
        await file.WriteAsync(tail, cancel).ConfigureAwait(false);
        await behind.FinishAsync().ConfigureAwait(false);
        return new BlobRef(new Hash32(hash.GetHashAndReset()), size, manifest.Root(), key);
    }

    /// <summary>Decrypts a blob and checks it against its reference.</summary>
    /// <param name="chunks">The open blob.</param>
    /// <param name="blob">With its key.</param>
    /// <param name="destination">Gets the plain bytes; worth nothing when this throws.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <exception cref="PeerComputeException">It is not what the reference promises.</exception>
    public static async Task DecryptAsync(BlobChunks chunks, BlobRef blob, Stream destination, CancellationToken cancel)
    {
        if (blob.Key.Length != ChaChaPoly.KeyLength) throw Mismatch(blob, "its key is missing");
        if (chunks.Manifest.Size != blob.Size) throw Mismatch(blob, $"it has {chunks.Manifest.Size} bytes instead of {blob.Size}");
        using var cipher = new ChaChaPoly(blob.Key.Span);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var sealedChunk = new byte[BlobLayout.SealedBytes];
        var plain = new byte[WireLimits.ChunkBytes];
        var nonce = new byte[ChaChaPoly.NonceLength];
        for (var i = 0; i < chunks.Manifest.Chunks.Length; i++)
        {
            var length = chunks.Read(i, sealedChunk);
            var open = plain.AsMemory(0, length - ChaChaPoly.TagLength);
            BlobLayout.Nonce(i, nonce);
            if (!cipher.Decrypt(nonce, sealedChunk.AsSpan(0, length), open.Span, [])) throw Mismatch(blob, $"chunk {i} does not open with its key");
            hash.AppendData(open.Span);
            await destination.WriteAsync(open, cancel).ConfigureAwait(false);
        }

        if (new Hash32(hash.GetHashAndReset()) != blob.Plain) throw Mismatch(blob, "the plain bytes have another hash");
    }

    private static PeerComputeException Mismatch(BlobRef blob, string what)
        => new(ErrorCode.NotAuthentic, $"blob {blob.Root.Short()} is not what was promised: {what}.");
}
