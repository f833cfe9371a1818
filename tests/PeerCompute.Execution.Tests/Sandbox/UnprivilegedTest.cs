// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime.Versioning;
using PeerCompute.Execution.Escapes;
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

    private static readonly string? User = Environment.GetEnvironmentVariable("PEERCOMPUTE_TEST_USER");

    private string _folder = "";

    [SetUp]
    public void CopyProgram()
    {
        Assume.That(User is not null || Environment.UserName != "root", "as root, tests/run makes the unprivileged user that this test needs");
        _folder = Directory.CreateTempSubdirectory("readable").FullName;
        File.SetUnixFileMode(_folder, Readable);
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory)) File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        File.Copy(Samples.Misc("noop"), Path.Combine(_folder, "noop.wasm"));
    }

    [TearDown]
    public void RemoveProgram()
    {
        if (_folder.Length > 0) Directory.Delete(_folder, recursive: true);
        _folder = "";
    }

    [Test]
    public async Task A_user_without_rights_gets_every_wall_too()
    {
        Assume.That(SandboxProbe.FindBubblewrap(null), Is.Not.Null, "bubblewrap is not installed");
        Assert.That(await SaysAsync(Program.Once, Path.Combine(_folder, "noop.wasm")), Is.EqualTo(new[] { "wasm-strict", nameof(TaskOutcome.Ok) }));
    }

    [Test]
    public async Task A_user_without_rights_runs_native_programs_and_their_processes_are_bounded()
    {
        Assume.That(SandboxProbe.FindBubblewrap(null), Is.Not.Null, "bubblewrap is not installed");
        Assert.That(await SaysAsync(Program.Native, "grep -c CapEff:.0000000000000000 /proc/self/status; ls /proc/self/fd | wc -l"),
            Is.EqualTo(new[] { "Ok 1", "4" }));
        Assert.That((await SaysAsync(Program.Native, "for i in $(seq 40); do sleep 600 & done; echo all"))[0], Does.Contain("fork").IgnoreCase);
    }

    [Test]
    public async Task Behind_the_walls_of_a_user_without_rights_a_broken_out_engine_gets_nowhere()
    {
        Assume.That(SandboxProbe.FindBubblewrap(null), Is.Not.Null, "bubblewrap is not installed");
        Assert.That(await SaysAsync(Program.Escape, "walled"), Is.EquivalentTo(Enum.GetValues<EscapeKind>().Select(kind => $"{kind} True")));
    }

    [Test]
    public async Task Without_walls_a_user_without_rights_opens_files_makes_sockets_and_forks()
    {
        string[] said = await SaysAsync(Program.Escape, "open");
        EscapeKind[] open = [EscapeKind.HostFile, EscapeKind.InetSocket, EscapeKind.Fork, EscapeKind.Signal];
        Assert.That(open.Select(kind => $"{kind} False"), Is.SubsetOf(said));
    }

    private async Task<string[]> SaysAsync(params string[] arguments)
    {
        SandboxCommand command = Children.Walled.Command!;
        string[] program = [command.Runtime!, "exec", Path.Combine(_folder, Path.GetFileName(command.Program)), .. arguments];
        string[] start = User is { } user ? ["setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--", .. program] : program;
        using Process node = Process.Start(new ProcessStartInfo(start[0], start[1..]) { RedirectStandardOutput = true, WorkingDirectory = _folder })!;
        string said = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        return said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
