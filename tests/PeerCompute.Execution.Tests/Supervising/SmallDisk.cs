// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace PeerCompute.Execution.Tests.Supervising;

/// <summary>A file system of half a megabyte, where this process may mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private bool _mounted = true;

    private SmallDisk(string folder) => Folder = folder;

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    /// <summary>Mounts one, or gives null.</summary>
    public static SmallDisk? TryMake(string folder)
    {
        if (!Environment.IsPrivilegedProcess) return null;
        Directory.CreateDirectory(folder);
        return Run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder) ? new SmallDisk(folder) : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_mounted) Run("umount", Folder);
        _mounted = false;
    }

    private static bool Run(string program, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
