// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Client.Folders;

/// <summary>Files that nobody else reads, and that are gone when they are closed.</summary>
internal static class Scratch
{
    /// <summary>Makes one in the system's folder for such.</summary>
    public static FileStream Make()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(Path.Combine(Path.GetTempPath(), "peercompute-" + Path.GetRandomFileName()), options);
    }
}
