// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Common;

namespace PeerCompute.Node.Blobs;

/// <summary>A blob of the store, open for reading its encrypted chunks.</summary>
internal sealed class BlobChunks : IBlobChunks
{
    private readonly SafeFileHandle _file;
    private readonly CheckedChunks.Marks _marks;

    private BlobChunks(SafeFileHandle file, Hash32 root, BlobManifest manifest, CheckedChunks known)
    {
        (_file, Root, Manifest) = (file, root, manifest);
        _marks = known.Of(root, manifest.Chunks.Length, File.GetLastWriteTimeUtc(file));
    }

    /// <inheritdoc/>
    public Hash32 Root { get; }

    /// <inheritdoc/>
    public BlobManifest Manifest { get; }

    /// <summary>Opens a blob's file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="root">The blob's name.</param>
    /// <param name="known">Which chunks need no check.</param>
    /// <returns>The open blob.</returns>
    /// <exception cref="WireException">The file is damaged.</exception>
    /// <exception cref="IOException">It is not there or cannot be read.</exception>
    public static BlobChunks Open(string path, Hash32 root, CheckedChunks known)
    {
        var file = File.OpenHandle(path);
        try
        {
            var length = RandomAccess.GetLength(file);
            Span<byte> trailer = stackalloc byte[BlobLayout.TrailerBytes];
            if (length < trailer.Length || RandomAccess.Read(file, trailer, length - trailer.Length) != trailer.Length) throw Damaged();
            var size = BinaryPrimitives.ReadInt32LittleEndian(trailer);
            var whole = trailer[4..].SequenceEqual(BlobLayout.Magic) && size is > 0 and <= WireLimits.ManifestBytes && size <= length - trailer.Length;
            if (!whole) throw Damaged();
            var bytes = new byte[size];
            if (RandomAccess.Read(file, bytes, length - trailer.Length - size) != size) throw Damaged();
            var manifest = BlobManifest.Decode(bytes);
            return manifest.Root() == root ? new BlobChunks(file, root, manifest, known) : throw Damaged();
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads one encrypted chunk.</summary>
    /// <param name="chunk">Its number.</param>
    /// <param name="buffer">At least <see cref="BlobLayout.SealedBytes"/>.</param>
    /// <returns>Bytes of it; too few when the file is damaged, which the chunk's tag shows.</returns>
    public int Read(int chunk, Span<byte> buffer)
    {
        var length = BlobLayout.SealedLength(Manifest.Size, chunk);
        RandomAccess.Read(_file, buffer[..length], BlobLayout.Offset(chunk));
        return length;
    }

    /// <inheritdoc/>
    public bool ReadGood(int chunk, Span<byte> buffer)
    {
        Read(chunk, buffer);
        if (_marks.Chunks[chunk]) return true;
        return _marks.Chunks[chunk] = Hash32.Of(buffer) == Manifest.Chunks[chunk];
    }

    /// <summary>All chunks were written a moment ago by who knows that they are what the manifest says.</summary>
    public void MarkAll() => _marks.Chunks.AsSpan().Fill(true);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static WireException Damaged() => new("blob", "its file is damaged");
}
