// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace PeerCompute.Base.Linux;

/// <summary>Opens files that somebody else may have laid there: a pipe keeps nobody waiting, a device is not touched, a link is not followed.</summary>
public static unsafe class RegularFile
{
    private const nint StatusOf = 5; // fstat, asm/unistd_64.h
    private const int ReadNoWait = 0x800 | 0x100 | 0x20000 | 0x80000; // O_NONBLOCK, O_NOCTTY, O_NOFOLLOW, O_CLOEXEC
    private const int StatusBytes = 144; // struct stat of x86-64
    private const int ModeAt = 24; // st_mode
    private const uint KindMask = 0xF000; // S_IFMT
    private const uint Regular = 0x8000; // S_IFREG

    /// <summary>True on Linux on x86-64.</summary>
    public static bool IsOffered => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Opens a file for reading. Only where <see cref="IsOffered"/>.</summary>
    /// <param name="path">Its path; folders on the way may be links.</param>
    /// <returns>The file's descriptor, the caller's to close, or -1 where it is no regular file, or may not be read.</returns>
    public static int Open(string path)
    {
        var file = Libc.Open(path, ReadNoWait);
        if (file < 0) return -1;
        var status = stackalloc byte[StatusBytes];
        if (Libc.SystemCall(StatusOf, (nuint)file, (nuint)status, 0) == 0 && (*(uint*)(status + ModeAt) & KindMask) == Regular) return file;
        _ = Libc.Close(file);
        return -1;
    }
}
