// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace PeerCompute.Base.Linux;

/// <summary>
/// A folder held by a descriptor. Its file system stays as long as it is held, though every mount of it has gone, and files are opened below
/// it without following any link that somebody laid there. x86-64 Linux, 5.6 or newer.
/// </summary>
internal sealed unsafe class HeldFolder : IDisposable
{
    private const nint OpenAt2 = 437, FileSystemStatusOf = 138; // asm/unistd_64.h
    private const int FolderOnly = 0x10000 | 0x20000 | 0x80000; // O_DIRECTORY, O_NOFOLLOW, O_CLOEXEC
    private const ulong ReadNoWait = 0x800 | 0x100 | 0x20000 | 0x80000; // O_NONBLOCK (a pipe), O_NOCTTY, O_NOFOLLOW, O_CLOEXEC
    private const ulong BelowWithoutLinks = 0x01 | 0x02 | 0x04 | 0x08; // RESOLVE_NO_XDEV, _NO_MAGICLINKS, _NO_SYMLINKS, _BENEATH
    private const int StatusWords = 15; // struct statfs: type, block size, blocks, free, available, files, free files, ...
    private readonly int _descriptor;

    private HeldFolder(int descriptor) => _descriptor = descriptor;

    /// <summary>Opens a folder.</summary>
    /// <param name="path">Its path; the last part may be no link.</param>
    /// <returns>The folder, or null where there is none or it may not be read.</returns>
    public static HeldFolder? Open(string path)
    {
        int descriptor = Libc.Open(path, FolderOnly);
        return descriptor < 0 ? null : new HeldFolder(descriptor);
    }

    /// <summary>A path that leads to it, for this process and as long as it is held.</summary>
    public string Path => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/self/fd/{_descriptor}");

    /// <summary>Opens a file below the folder for reading (openat2(2)).</summary>
    /// <param name="path">Its relative path; no part may be a link, a step up or another file system.</param>
    /// <returns>The file's descriptor, the caller's to close, or -1.</returns>
    public int OpenFile(string path)
    {
        ulong* how = stackalloc ulong[3];
        how[0] = ReadNoWait;
        how[1] = 0;
        how[2] = BelowWithoutLinks;
        fixed (byte* name = Encoding.UTF8.GetBytes(path + "\0"))
        {
            return (int)Libc.SystemCall(OpenAt2, (nuint)_descriptor, (nuint)name, (nuint)how, 3 * sizeof(ulong));
        }
    }

    /// <summary>What is free on its file system (fstatfs(2)).</summary>
    /// <returns>Bytes, and files; null where the kernel does not say.</returns>
    public (long Bytes, long Files)? Free()
    {
        long* status = stackalloc long[StatusWords];
        return Libc.SystemCall(FileSystemStatusOf, (nuint)_descriptor, (nuint)status, 0) == 0 ? (status[1] * status[4], status[6]) : null;
    }

    /// <summary>Files and folders on its file system, its own folder included (fstatfs(2)).</summary>
    /// <returns>0 where the kernel does not say.</returns>
    public long Files()
    {
        long* status = stackalloc long[StatusWords];
        return Libc.SystemCall(FileSystemStatusOf, (nuint)_descriptor, (nuint)status, 0) == 0 ? status[5] - status[6] : 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _ = Libc.Close(_descriptor);
}
