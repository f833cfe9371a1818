// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace PeerCompute.Cli.Tests.BadInput;

/// <summary>A file system of a few megabytes, or one that cannot be written, over a folder; the test is ignored where none can be mounted.</summary>
internal sealed class Mounts : IDisposable
{
    private readonly string _folder;

    private Mounts(string folder) => _folder = folder;

    /// <summary>An empty disk of the given size.</summary>
    public static Mounts Small(string folder, string size)
    {
        Directory.CreateDirectory(folder);
        if (!Environment.IsPrivilegedProcess || !Run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", folder))
            Assert.Ignore("mounting a small file system needs root");
        return new Mounts(folder);
    }

    /// <summary>The folder as it is, but nobody can write to it.</summary>
    public static Mounts ReadOnly(string folder)
    {
        if (!Environment.IsPrivilegedProcess || !Run("mount", "--bind", folder, folder)) Assert.Ignore("a read-only mount needs root");
        var mounts = new Mounts(folder);
        if (Run("mount", "-o", "remount,bind,ro", folder)) return mounts;
        mounts.Dispose();
        Assert.Ignore("this system mounts nothing read-only");
        return mounts;
    }

    public void Dispose() => Run("umount", _folder);

    private static bool Run(string program, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
