// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using System.Text;

namespace PeerCompute.Base.Linux;

/// <summary>A file or folder as a look found it.</summary>
/// <param name="Path">From the folder that was looked at, parts separated by <c>/</c>; bytes that are no UTF-8 are replaced.</param>
/// <param name="IsFolder">Whether it is a folder; else it is a regular file.</param>
/// <param name="Length">Bytes of a file, holes included.</param>
/// <param name="IsExecutable">Whether its owner may execute it.</param>
/// <param name="Version">What changes with its content: inode, and nanoseconds of its last change.</param>
internal readonly record struct ScannedEntry(string Path, bool IsFolder, long Length, bool IsExecutable, (ulong Inode, long Changed) Version);

/// <summary>
/// Lists what lies in a folder that a stranger is filling. It goes by descriptors, so that no link leads out, however fast one is laid. x86-64 Linux.
/// </summary>
internal static unsafe class FolderScan
{
    private const nint OpenAt = 257, ReadFolder = 217, StatusAt = 262; // asm/unistd_64.h
    private const int FolderOnly = 0x10000 | 0x20000 | 0x80000; // O_DIRECTORY, O_NOFOLLOW, O_CLOEXEC
    private const nuint LinkItself = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint KindBits = 0xF000, RegularFile = 0x8000, Directory = 0x4000, OwnerExecutes = 0x40; // S_IFMT, S_IFREG, S_IFDIR, S_IXUSR
    private const int StatusBytes = 144, InodeAt = 8, ModeAt = 24, SizeAt = 48, ChangeAt = 104; // struct stat; the last is st_ctim
    private const int BufferBytes = 4096;
    private const int NoEntry = 2; // ENOENT

    /// <summary>Looks.</summary>
    /// <param name="place">A folder that is held.</param>
    /// <param name="name">Name of the folder in it that is listed; no link.</param>
    /// <param name="skip">Names that are passed over, with all below them.</param>
    /// <param name="mostEntries">Entries that are looked at, those that are passed over too: a folder that is filled while it is listed has no end.</param>
    /// <param name="mostDepth">Names one below the other.</param>
    /// <param name="refusal">Why there is no list; empty where there is one, or no such folder.</param>
    /// <returns>All entries, in no order; null where there is no list.</returns>
    public static List<ScannedEntry>? Of(HeldFolder place, string name, Func<string, bool> skip, int mostEntries, int mostDepth, out string refusal)
    {
        refusal = "";
        int outer = Libc.Open(place.Path + "/.", FolderOnly);
        if (outer < 0) return null;
        try
        {
            int folder = Open(outer, Encoding.UTF8.GetBytes(name + "\0"));
            if (folder < 0)
            {
                if (Marshal.GetLastPInvokeError() != NoEntry) refusal = $"'{name}' is no folder";
                return null;
            }

            var found = new List<ScannedEntry>();
            int entriesLeft = mostEntries;
            if (Look(folder, "", skip, found, ref entriesLeft, mostDepth, ref refusal)) return found;
            if (entriesLeft < 0) refusal = $"more than {mostEntries} files and folders";
            return null;
        }
        finally
        {
            _ = Libc.Close(outer);
        }
    }

    private static int Open(int folder, ReadOnlySpan<byte> name)
    {
        fixed (byte* path = name) return (int)Libc.SystemCall(OpenAt, (nuint)folder, (nuint)path, FolderOnly);
    }

    /// <summary>Lists a folder and closes it.</summary>
    private static bool Look(
        int folder, string before, Func<string, bool> skip, List<ScannedEntry> found, ref int entriesLeft, int depthLeft, ref string refusal)
    {
        byte* buffer = stackalloc byte[BufferBytes], status = stackalloc byte[StatusBytes];
        try
        {
            nint count;
            while ((count = Libc.SystemCall(ReadFolder, (nuint)folder, (nuint)buffer, BufferBytes)) > 0)
            {
                // struct linux_dirent64: inode, offset, 16 bits of its length, type, the name with its final zero
                for (nint at = 0; at < count; at += *(ushort*)(buffer + at + 16))
                {
                    byte* name = buffer + at + 19;
                    ReadOnlySpan<byte> bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
                    if (bytes is [(byte)'.'] or [(byte)'.', (byte)'.']) continue;
                    if (--entriesLeft < 0) return false;
                    string text = Encoding.UTF8.GetString(bytes);
                    if (skip(text)) continue;
                    if (Libc.SystemCall(StatusAt, (nuint)folder, (nuint)name, (nuint)status, LinkItself) != 0) continue; // gone meanwhile
                    string path = before + text;
                    uint mode = *(uint*)(status + ModeAt), kind = mode & KindBits;
                    if (kind is not (RegularFile or Directory)) return Refuse($"'{path}' is a link, a pipe, a socket or a device", ref refusal);
                    bool isFolder = kind == Directory;
                    long changed = (*(long*)(status + ChangeAt) * 1_000_000_000) + *(long*)(status + ChangeAt + 8);
                    long length = isFolder ? 0 : *(long*)(status + SizeAt);
                    bool executable = !isFolder && (mode & OwnerExecutes) != 0;
                    found.Add(new ScannedEntry(path, isFolder, length, executable, (*(ulong*)(status + InodeAt), changed)));
                    if (!isFolder) continue;
                    if (depthLeft == 0) return Refuse($"'{path}' lies too deep", ref refusal);
                    int inner = Open(folder, new ReadOnlySpan<byte>(name, bytes.Length + 1));
                    if (inner < 0 && Marshal.GetLastPInvokeError() == NoEntry) continue;
                    if (inner < 0) return Refuse($"the folder '{path}' cannot be read", ref refusal);
                    if (!Look(inner, path + "/", skip, found, ref entriesLeft, depthLeft - 1, ref refusal)) return false;
                }
            }

            return count == 0 || Refuse("a folder cannot be read", ref refusal);
        }
        finally
        {
            _ = Libc.Close(folder);
        }
    }

    private static bool Refuse(string why, ref string refusal)
    {
        refusal = why;
        return false;
    }
}
