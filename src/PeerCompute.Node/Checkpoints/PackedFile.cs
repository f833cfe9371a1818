// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Guests;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Node.Checkpoints;

/// <summary>A packed folder in a file, as its chunks.</summary>
/// <param name="Path">The file.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Front">Bytes of the chunks; the list follows.</param>
/// <param name="Offsets">Where each chunk begins.</param>
/// <param name="Root">Root of the folder's manifest.</param>
internal sealed record PackedFile(string Path, long Length, long Front, ImmutableArray<long> Offsets, Hash32 Root)
{
    /// <summary>Reads the list.</summary>
    /// <exception cref="WireException">It is no packed folder, or breaks a limit.</exception>
    public static PackedFile Read(string path)
    {
        var folder = PackedInput.List(path, out var length, out var front);
        return new PackedFile(path, length, front, folder.Offsets, folder.Manifest.Root);
    }

    /// <summary>Each chunk, read: its SHA-256, where it begins, and its bytes.</summary>
    public IEnumerable<(Hash32 Hash, long Offset, int Length)> Chunks()
    {
        using var file = File.OpenHandle(Path);
        var buffer = new byte[PackedFolder.ChunkBytes];
        for (var i = 0; i < Offsets.Length; i++)
        {
            var length = (int)((i + 1 < Offsets.Length ? Offsets[i + 1] : Front) - Offsets[i]);
            if (RandomAccess.Read(file, buffer.AsSpan(0, length), Offsets[i]) != length) throw new WireException("folder", "cut short");
            yield return (Hash32.Of(buffer.AsSpan(0, length)), Offsets[i], length);
        }
    }
}
