// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace PeerCompute.Node.Tests;

/// <summary>A file system of a few megabytes over a folder; the test is ignored where none can be mounted.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    public static SmallDisk Mount(string folder, string size)
    {
        if (!Environment.IsPrivilegedProcess || Run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", folder) != 0)
        {
            Assert.Ignore("mounting a small file system needs root");
        }

        return new SmallDisk(folder);
    }

    /// <summary>From now on nothing can be written or deleted there.</summary>
    public void Harden() => Assert.That(Run("mount", "-o", "remount,ro", _folder), Is.Zero);

    public void Dispose() => Run("umount", _folder);

    private static int Run(string program, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
