// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace PeerCompute.Node.Tests.Homes;

/// <summary>Makes a folder read-only for root too, by a mount; the test is ignored where that is not possible.</summary>
internal sealed class ReadOnlyView : IDisposable
{
    private readonly string _folder;

    private ReadOnlyView(string folder) => _folder = folder;

    public static ReadOnlyView Over(string folder)
    {
        if (!Environment.IsPrivilegedProcess || !Run("mount", "--bind", folder, folder)) Assert.Ignore("a read-only mount needs root");
        if (!Run("mount", "-o", "remount,bind,ro", folder))
        {
            Run("umount", folder);
            Assert.Ignore("this system mounts nothing read-only");
        }

        return new ReadOnlyView(folder);
    }

    public void Dispose() => Run("umount", _folder);

    private static bool Run(string program, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
