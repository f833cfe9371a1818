// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace PeerCompute.Base.Linux;

/// <summary>
/// Bytes of the files in a folder that a stranger is filling. It goes by descriptors, so that no link leads out, however fast one is laid, and reads no
/// more than it is told to. x86-64 Linux.
/// </summary>
internal static unsafe class FolderSize
{
    private const nint OpenAt = 257, ReadFolder = 217, StatusAt = 262; // asm/unistd_64.h
    private const int Folder = 0x10000 | 0x80000; // O_DIRECTORY, O_CLOEXEC
    private const int FolderOnly = Folder | 0x20000; // and O_NOFOLLOW
    private const nuint LinkItself = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint KindBits = 0xF000, RegularFile = 0x8000, Directory = 0x4000; // S_IFMT, S_IFREG, S_IFDIR
    private const int StatusBytes = 144, ModeAt = 24, SizeAt = 48; // struct stat
    private const int BufferBytes = 4096;
    private const int NoEntry = 2; // ENOENT

    /// <summary>Whether this machine has the calls.</summary>
    public static bool IsOffered => FolderRemoval.IsOffered;

    /// <summary>Adds up the lengths of all regular files below a folder; a file with several names counts as often.</summary>
    /// <param name="path">The folder; may be a link itself.</param>
    /// <param name="mostEntries">Entries that are looked at.</param>
    /// <param name="mostDepth">Folders within one another that are looked into, the first not counted.</param>
    /// <returns>The bytes; null where there is more than that, or a folder that cannot be read.</returns>
    public static long? Of(string path, int mostEntries, int mostDepth)
    {
        int folder = Libc.Open(path + "/.", Folder);
        return folder < 0 ? null : Of(folder, ref mostEntries, mostDepth);
    }

    private static long? Of(int folder, ref int entriesLeft, int depthLeft)
    {
        byte* buffer = stackalloc byte[BufferBytes], status = stackalloc byte[StatusBytes];
        try
        {
            long bytes = 0;
            nint count;
            while ((count = Libc.SystemCall(ReadFolder, (nuint)folder, (nuint)buffer, BufferBytes)) > 0)
            {
                // struct linux_dirent64: inode, offset, 16 bits of its length, type, the name with its final zero
                for (nint at = 0; at < count; at += *(ushort*)(buffer + at + 16))
                {
                    byte* name = buffer + at + 19;
                    if (MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name) is [(byte)'.'] or [(byte)'.', (byte)'.']) continue;
                    if (--entriesLeft < 0) return null;
                    if (Libc.SystemCall(StatusAt, (nuint)folder, (nuint)name, (nuint)status, LinkItself) != 0) continue; // gone meanwhile
                    uint kind = *(uint*)(status + ModeAt) & KindBits;
                    if (kind == RegularFile && (bytes += *(long*)(status + SizeAt)) < 0) return null; // holes count: more than a number can tell
                    if (kind != Directory) continue;
                    if (depthLeft == 0) return null;
                    int inner = (int)Libc.SystemCall(OpenAt, (nuint)folder, (nuint)name, FolderOnly);
                    if (inner < 0 && Marshal.GetLastPInvokeError() == NoEntry) continue;
                    if (inner < 0 || Of(inner, ref entriesLeft, depthLeft - 1) is not { } below) return null;
                    bytes += below;
                    if (bytes < 0) return null;
                }
            }

            return count < 0 ? null : bytes;
        }
        finally
        {
            _ = Libc.Close(folder);
        }
    }
}
