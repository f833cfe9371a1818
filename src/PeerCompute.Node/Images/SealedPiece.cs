// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Node.Blobs;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Images;

/// <summary>
/// A piece of a part of an image as a public blob, which is not stored as one: chunks are encrypted when they are asked for. The key follows from the content,
/// so every holder gives the same bytes.
/// </summary>
/// <param name="Path">The file of the part as it was packed.</param>
/// <param name="Offset">Where the piece begins in it.</param>
/// <param name="Blob">The blob, with its key.</param>
/// <param name="Manifest">Its manifest.</param>
internal sealed record SealedPiece(string Path, long Offset, BlobRef Blob, BlobManifest Manifest)
{
    /// <summary>Encrypts a piece once, for the hashes of its chunks.</summary>
    /// <param name="path">The file of the part.</param>
    /// <param name="offset">Where the piece begins.</param>
    /// <param name="size">Its bytes, at most <see cref="WireLimits.BlobBytes"/>.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The piece.</returns>
    /// <exception cref="PeerComputeException">The file is shorter.</exception>
    public static SealedPiece Make(string path, long offset, ulong size, CancellationToken cancel)
    {
        using var file = File.OpenHandle(path);
        var plain = new byte[WireLimits.ChunkBytes];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (ulong done = 0; done < size;)
        {
            cancel.ThrowIfCancellationRequested();
            var part = plain.AsSpan(0, (int)Math.Min(size - done, WireLimits.ChunkBytes));
            ReadAll(file, part, offset + (long)done, path);
            hash.AppendData(part);
            done += (ulong)part.Length;
        }

        var content = new Hash32(hash.GetHashAndReset());
        var key = BlobRef.PublicKey(content);
        using var cipher = new ChaChaPoly(key);
        var hashes = new Hash32[BlobManifest.ChunksFor(size)];
        var box = new byte[BlobLayout.SealedBytes];
        for (var i = 0; i < hashes.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            var sealedChunk = box.AsSpan(0, BlobLayout.SealedLength(size, i));
            Seal(file, cipher, path, offset, i, sealedChunk);
            hashes[i] = Hash32.Of(sealedChunk);
        }

        var manifest = new BlobManifest(size, [.. hashes]);
        return new SealedPiece(path, offset, new BlobRef(content, size, manifest.Root(), key), manifest);
    }

    /// <summary>Opens it for reading encrypted chunks.</summary>
    /// <returns>The chunks; null where the file is gone.</returns>
    public IBlobChunks? Open()
    {
        try
        {
            return new Chunks(this, File.OpenHandle(Path));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static void Seal(SafeFileHandle file, ChaChaPoly cipher, string path, long offset, int chunk, Span<byte> box)
    {
        Span<byte> nonce = stackalloc byte[ChaChaPoly.NonceLength];
        BlobLayout.Nonce(chunk, nonce);
        var plain = box[..^ChaChaPoly.TagLength];
        ReadAll(file, plain, offset + ((long)chunk * WireLimits.ChunkBytes), path);
        cipher.Encrypt(nonce, plain, box, []);
    }

    private static void ReadAll(SafeFileHandle file, Span<byte> into, long at, string path)
    {
        for (var done = 0; done < into.Length;)
        {
            var read = RandomAccess.Read(file, into[done..], at + done);
            if (read == 0) throw new PeerComputeException(ErrorCode.NotAuthentic, $"{path} is shorter than it was: import the image again");
            done += read;
        }
    }

    private sealed class Chunks(SealedPiece piece, SafeFileHandle file) : IBlobChunks
    {
        private readonly ChaChaPoly _cipher = new(piece.Blob.Key.Span);

        public Hash32 Root => piece.Blob.Root;

        public BlobManifest Manifest => piece.Manifest;

        public bool ReadGood(int chunk, Span<byte> buffer)
        {
            try
            {
                Seal(file, _cipher, piece.Path, piece.Offset, chunk, buffer);
                return Hash32.Of(buffer) == piece.Manifest.Chunks[chunk];
            }
            catch (PeerComputeException)
            {
                return false;
            }
        }

        public void Dispose()
        {
            _cipher.Dispose();
            file.Dispose();
        }
    }
}
