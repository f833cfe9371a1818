// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Sandbox.Tests.Table;

/// <summary>What each wall is called, and by which error numbers it answers (errno(3)).</summary>
internal static class Walls
{
    public static string Name(this Wall wall) => wall switch
    {
        Wall.Filter => "filter of system calls",
        Wall.Network => "network namespace",
        Wall.Root => "private root",
        Wall.Processes => "process namespace",
        Wall.Mounts => "mounts to be read only",
        Wall.Bound => "bound",
        Wall.Start => "clean start",
        Wall.Privileges => "no privileges",
        Wall.Node => "the node",
        _ => "–",
    };

    /// <summary>The error numbers that are this wall's answer; 0 where the attempt only found nothing.</summary>
    public static IReadOnlyList<int> Answers(this Wall wall) => wall switch
    {
        Wall.Filter => [Errno.EPERM, Errno.ENOSYS, Errno.EAFNOSUPPORT, Errno.EPROTONOSUPPORT, Errno.SIGSYS],
        Wall.Network => [Errno.ECONNREFUSED, Errno.ENETUNREACH, Errno.EADDRNOTAVAIL],
        Wall.Root => [Errno.ENOENT, Errno.ENXIO],
        Wall.Processes => [Errno.ENOENT, Errno.ESRCH],
        Wall.Mounts => [Errno.EROFS, Errno.EXDEV, Errno.EACCES],
        Wall.Bound => [0, Errno.EAGAIN, Errno.ENOMEM, Errno.ENOSPC, Errno.EMFILE, Errno.EFBIG, Errno.EINTR],
        Wall.Start => [0, Errno.ENOENT, Errno.EBADF],
        Wall.Privileges => [0, Errno.EPERM, Errno.EACCES, Errno.EINVAL],
        _ => [0],
    };
}
