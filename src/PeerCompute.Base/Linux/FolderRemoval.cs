// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace PeerCompute.Base.Linux;

/// <summary>
/// Empties a folder that a stranger has filled: names that are no text, folders without rights, folders nested deeper than a path can name or a stack
/// can hold. It goes by descriptors and raw names, one folder at a time. Nobody may be changing the folder meanwhile. x86-64 Linux.
/// </summary>
internal static unsafe class FolderRemoval
{
    private const nint OpenAt = 257, ReadFolder = 217, UnlinkAt = 263, ChangeModeAt = 268; // asm/unistd_64.h
    private const int FolderOnly = 0x10000 | 0x20000 | 0x80000; // O_DIRECTORY, O_NOFOLLOW, O_CLOEXEC
    private const nuint RemoveFolder = 0x200; // AT_REMOVEDIR
    private const nuint OwnerOnly = 0x1C0; // rwx------
    private const int IsFolder = 21; // EISDIR
    private const int BufferBytes = 1024;

    /// <summary>Whether this machine has the calls.</summary>
    public static bool IsOffered => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Removes all that is in a folder; links are removed, never followed.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">Something in it cannot be removed; the error number says why.</exception>
    public static void Empty(string path)
    {
        int folder = Libc.Open(path, FolderOnly);
        if (folder < 0) throw Failed("open");
        try
        {
            Empty(ref folder);
        }
        finally
        {
            _ = Libc.Close(folder);
        }
    }

    private static void Empty(ref int folder)
    {
        var below = new Stack<byte[]>();
        while (true)
        {
            if (RemoveFiles(folder) is { } inner)
            {
                Step(ref folder, inner);
                below.Push(inner);
            }
            else if (below.TryPop(out byte[]? emptied))
            {
                Step(ref folder, "..\0"u8.ToArray());
                if (Unlink(folder, emptied, RemoveFolder) != 0) throw Failed("rmdir");
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Removes what is no folder, and empty folders.</summary>
    /// <returns>The name, with its final zero, of a folder that is not empty; null when nothing is left.</returns>
    private static byte[]? RemoveFiles(int folder)
    {
        byte* buffer = stackalloc byte[BufferBytes];
        while (true)
        {
            // From the beginning each time: entries that were removed are skipped by nobody.
            _ = Libc.Seek(folder, 0, 0);
            bool removed = false;
            nint count;
            while ((count = Libc.SystemCall(ReadFolder, (nuint)folder, (nuint)buffer, BufferBytes)) > 0)
            {
                // struct linux_dirent64: inode, offset, 16 bits of its length, type, the name with its final zero
                for (nint at = 0; at < count; at += *(ushort*)(buffer + at + 16))
                {
                    byte[] name = [.. MemoryMarshal.CreateReadOnlySpanFromNullTerminated(buffer + at + 19), 0];
                    if (name is [(byte)'.', 0] or [(byte)'.', (byte)'.', 0]) continue;
                    int error = Unlink(folder, name, 0);
                    if (error == IsFolder) error = Unlink(folder, name, RemoveFolder) == 0 ? 0 : IsFolder;
                    if (error == IsFolder) return name;
                    if (error != 0) throw Failed("unlink");
                    removed = true;
                }
            }

            if (count < 0) throw Failed("getdents64");
            if (!removed) return null;
        }
    }

    private static void Step(ref int folder, byte[] name)
    {
        int next;
        fixed (byte* raw = name)
        {
            next = (int)Libc.SystemCall(OpenAt, (nuint)folder, (nuint)raw, FolderOnly);
            if (next < 0 && Libc.SystemCall(ChangeModeAt, (nuint)folder, (nuint)raw, OwnerOnly) == 0)
                next = (int)Libc.SystemCall(OpenAt, (nuint)folder, (nuint)raw, FolderOnly);
            else if (next >= 0)
                _ = Libc.SystemCall(ChangeModeAt, (nuint)folder, (nuint)raw, OwnerOnly); // it may be listed, but not emptied
        }

        if (next < 0) throw Failed("openat");
        _ = Libc.Close(folder);
        folder = next;
    }

    private static int Unlink(int folder, byte[] name, nuint flags)
    {
        fixed (byte* raw = name)
        {
            return Libc.SystemCall(UnlinkAt, (nuint)folder, (nuint)raw, flags) == 0 ? 0 : Marshal.GetLastPInvokeError();
        }
    }

    private static IOException Failed(string call) => new($"{call}: error {Marshal.GetLastPInvokeError()} of the system");
}
