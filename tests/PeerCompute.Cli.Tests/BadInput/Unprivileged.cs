// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace PeerCompute.Cli.Tests.BadInput;

/// <summary>The built program as a user without rights: what is not its own it cannot write, as root could.</summary>
internal sealed class Unprivileged : IDisposable
{
    public const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private Unprivileged(string folder) => Folder = folder;

    /// <summary>A folder of root's that everybody may enter and read.</summary>
    public string Folder { get; }

    /// <summary>Finds user and program; ignores the test where there are none.</summary>
    public static Unprivileged Find()
    {
        if (!TestUser.Exists) Assert.Ignore("only tests/run as root makes the unprivileged user that this test needs");
        var folder = Directory.CreateTempSubdirectory("pcu-").FullName;
        File.SetUnixFileMode(folder, Readable | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        return new Unprivileged(folder);
    }

    /// <summary>Runs a command to its end.</summary>
    public async Task<Tool.Answer> RunAsync(params string[] args)
    {
        var start = TestUser.Start();
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        foreach (var arg in args) start.ArgumentList.Add(arg);
        start.WorkingDirectory = Folder;
        start.Environment["HOME"] = Folder;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        return await Tool.EndOfAsync(process);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
