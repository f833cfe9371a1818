// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Sandbox.Tests.Table;

/// <summary>Error numbers of Linux (asm-generic/errno-base.h, errno.h) that walls answer with.</summary>
internal static class Errno
{
    public const int EPERM = 1, ENOENT = 2, ESRCH = 3, EINTR = 4, ENXIO = 6, EBADF = 9, EAGAIN = 11, ENOMEM = 12, EACCES = 13, EXDEV = 18, EINVAL = 22,
        EMFILE = 24, EFBIG = 27, ENOSPC = 28, EROFS = 30, ENOSYS = 38, EPROTONOSUPPORT = 93, EAFNOSUPPORT = 97, EADDRNOTAVAIL = 99, ENETUNREACH = 101,
        ECONNREFUSED = 111;

    /// <summary>No error number: the process was ended by the signal of the filter, SIGSYS.</summary>
    public const int SIGSYS = -31;
}
