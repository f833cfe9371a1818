// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace PeerCompute.Cli.Tests.BadInput;

/// <summary>The built program as a user without rights: what is not its own it cannot write, as root could.</summary>
internal sealed class Unprivileged : IDisposable
{
    public const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string[] _start;

    private Unprivileged(string folder, string[] start) => (Folder, _start) = (folder, start);

    /// <summary>A folder of root's that everybody may enter and read.</summary>
    public string Folder { get; }

    /// <summary>Finds user and program; ignores the test where there are none.</summary>
    public static Unprivileged Find()
    {
        if (!Environment.IsPrivilegedProcess) Assert.Ignore("what is another user's can be made by root only");
        if (Environment.GetEnvironmentVariable("PEERCOMPUTE_TEST_USER") is not { } user || Environment.GetEnvironmentVariable("PEERCOMPUTE_TEST_BIN") is not { } bin)
        {
            Assert.Ignore("as root, tests/run makes the unprivileged user that this test needs");
            throw new InvalidOperationException();
        }

        var folder = Directory.CreateTempSubdirectory("pcu-").FullName;
        File.SetUnixFileMode(folder, Readable | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        return new Unprivileged(folder, ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--", Path.Combine(bin, "peercompute")]);
    }

    /// <summary>Runs a command to its end.</summary>
    public async Task<Tool.Answer> RunAsync(params string[] args)
    {
        var start = new ProcessStartInfo(_start[0], [.. _start[1..], .. args])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        start.Environment["HOME"] = Folder;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        return await Tool.EndOfAsync(process);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
