// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.Versioning;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Tests.Sandbox;

/// <summary>The sandbox of a user without any right: how nodes are meant to run.</summary>
[TestFixture]
[Platform("Linux")]
[SupportedOSPlatform("linux")]
internal sealed class UnprivilegedTest
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    [Test]
    public async Task A_user_without_rights_gets_every_wall_too()
    {
        string? user = Environment.GetEnvironmentVariable("PEERCOMPUTE_TEST_USER");
        Assume.That(user is not null || Environment.UserName != "root", "as root, tests/run makes the unprivileged user that this test needs");
        Assume.That(SandboxProbe.FindBubblewrap(null), Is.Not.Null, "bubblewrap is not installed");
        string folder = Directory.CreateTempSubdirectory("readable").FullName;
        try
        {
            File.SetUnixFileMode(folder, Readable);
            foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory)) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
            File.Copy(Samples.Misc("noop"), Path.Combine(folder, "noop.wasm"));
            SandboxCommand command = Children.Walled.Command!;
            string[] program = [command.Runtime!, "exec", Path.Combine(folder, Path.GetFileName(command.Program)), Program.Once,
                Path.Combine(folder, "noop.wasm")];
            string[] start = user is null ? program : ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--", .. program];
            using Process node = Process.Start(new ProcessStartInfo(start[0], start[1..]) { RedirectStandardOutput = true, WorkingDirectory = folder })!;
            string said = await node.StandardOutput.ReadToEndAsync();
            await node.WaitForExitAsync();
            Assert.That(said.Split('\n', StringSplitOptions.RemoveEmptyEntries), Is.EqualTo(new[] { "wasm-strict", nameof(TaskOutcome.Ok) }));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
