// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace PeerCompute.Base.Linux;

/// <summary>Makes the names in a folder survive a power cut: .NET flushes files, but opens no folders.</summary>
public static partial class FolderSync
{
    private const int CloseOnExec = 0x80000;

    /// <summary>Flushes a folder to the disk; does nothing where the file system cannot, and on other systems than Linux.</summary>
    /// <param name="folder">Path of the folder.</param>
    public static void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux()) return;
        var descriptor = OpenFolder(folder, CloseOnExec);
        if (descriptor < 0) return;
        _ = Sync(descriptor);
        _ = CloseFolder(descriptor);
    }

    /// <summary>Flushes everything of the file system that a folder lies on, on Linux: many small files at once (syncfs(2)).</summary>
    /// <param name="folder">Path of the folder.</param>
    public static void FlushAll(string folder)
    {
        if (!OperatingSystem.IsLinux()) return;
        var descriptor = OpenFolder(folder, CloseOnExec);
        if (descriptor < 0) return;
        _ = SyncFileSystem(descriptor);
        _ = CloseFolder(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "syncfs")]
    private static partial int SyncFileSystem(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFolder(int descriptor);
}
