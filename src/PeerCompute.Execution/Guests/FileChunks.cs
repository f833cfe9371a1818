// SPDX-License-Identifier: Apache-2.0
using Microsoft.Win32.SafeHandles;
using PeerCompute.Wire.Folders;

namespace PeerCompute.Execution.Guests;

/// <summary>Puts a file of a stranger's into a packed folder.</summary>
internal static class FileChunks
{
    /// <summary>Packs the file that the packer was told of last.</summary>
    /// <param name="packer">Knows which chunks stand there already.</param>
    /// <param name="packed">The packed folder; new chunks are written to it.</param>
    /// <param name="file">The file.</param>
    /// <param name="size">Its bytes.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>False where it is shorter by now.</returns>
    /// <exception cref="Base.Errors.WireException">The files together are too large.</exception>
    public static bool Pack(FolderPacker packer, Stream packed, SafeFileHandle file, long size, CancellationToken cancellation)
    {
        byte[] chunk = new byte[Math.Min(size, PackedFolder.ChunkBytes)];
        for (long at = 0; at < size;)
        {
            cancellation.ThrowIfCancellationRequested();
            int wanted = (int)Math.Min(chunk.Length, size - at), count = 0;
            for (int read; count < wanted && (read = RandomAccess.Read(file, chunk.AsSpan(count, wanted - count), at + count)) > 0;) count += read;
            if (count < wanted) return false;
            if (packer.Chunk(chunk.AsSpan(0, count))) packed.Write(chunk, 0, count);
            at += count;
        }

        return true;
    }
}
