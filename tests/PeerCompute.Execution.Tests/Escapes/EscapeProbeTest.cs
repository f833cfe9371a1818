// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Runtime.Versioning;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Escapes;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Execution.Tests.Sandbox;

namespace PeerCompute.Execution.Tests.Escapes;

[TestFixture]
[Platform("Linux")]
[SupportedOSPlatform("linux")]
internal sealed class EscapeProbeTest
{
    private string _folder = "";
    private string _key = "";

    private static IEnumerable<EscapeKind> Every => Enum.GetValues<EscapeKind>();

    [SetUp]
    public void MakeKey()
    {
        _folder = Directory.CreateTempSubdirectory("home").FullName;
        _key = Path.Combine(_folder, "key");
        File.WriteAllText(_key, "secret");
    }

    [TearDown]
    public void RemoveKey() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task With_the_walls_off_every_attempt_succeeds_and_nothing_is_left_running()
    {
        EscapeReport report = await EscapeProbe.RunInTheOpenAsync(Children.Walled, ["/etc/passwd", _key], CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That(report.Attempts.Select(attempt => attempt.Kind), Is.EquivalentTo(Every.Append(EscapeKind.HostFile)));
            Assert.That(report.AllStopped, Is.False);
            foreach (EscapeAttempt attempt in report.Attempts.Where(attempt => attempt.Kind != EscapeKind.NodeMemory || DebuggersAreFree()))
            {
                Assert.That(attempt.Errno, Is.Zero, attempt.ToString());
                Assert.That(attempt.ToString(), Does.Contain("not stopped here"));
            }

            Assert.That(One(report, EscapeKind.Fork).Made, Is.EqualTo(EscapeProbe.MostProcesses));
            Assert.That(Players(), Is.Empty);
        });
    }

    [Test]
    public async Task Behind_bubblewrap_every_attempt_is_stopped_and_the_wall_is_named()
    {
        Assume.That(SandboxProbe.FindBubblewrap(null), Is.Not.Null, "bubblewrap is not installed");
        EscapeReport report = await RunAsync(Children.Walled);
        Assert.Multiple(() =>
        {
            Assert.That(report.Isolation, Is.EqualTo(IsolationClass.WasmStrict));
            Assert.That(report.AllStopped, string.Join('\n', report.Attempts));
            Assert.That(report.Attempts.Select(attempt => attempt.ToString()), Is.EqualTo(new[]
            {
                "open /etc/passwd: stopped by private root: no such path (ENOENT)",
                $"open {_key}: stopped by private root: no such path (ENOENT)",
                $"open the node's memory, /proc/{Environment.ProcessId}/mem: stopped by process namespace: no such process (ENOENT)",
                $"signal the node, process {Environment.ProcessId}: stopped by filter of system calls (EPERM)",
                "open an INET socket: stopped by filter of system calls (EPERM)",
                "fork without end: stopped by filter of system calls (EPERM)",
            }));
            Assert.That(One(report, EscapeKind.Fork).Made, Is.Zero);
        });
    }

    [Test]
    public async Task Without_bubblewrap_the_files_are_not_stopped_and_the_class_says_so()
    {
        EscapeReport report = await RunAsync(Children.WithoutBubblewrap);
        Assert.Multiple(() =>
        {
            Assert.That(report.Isolation, Is.EqualTo(IsolationClass.WasmSeccomp));
            Assert.That(report.AllStopped, Is.False);
            Assert.That(report.Attempts.Where(attempt => attempt.Kind == EscapeKind.HostFile).Select(attempt => attempt.Stopped), Is.All.False);
            foreach (EscapeKind kind in new[] { EscapeKind.InetSocket, EscapeKind.Fork, EscapeKind.Signal })
                Assert.That(One(report, kind).ErrnoName, Is.EqualTo("EPERM"), kind.ToString());
            Assert.That(One(report, EscapeKind.Fork).Wall, Is.EqualTo("filter of system calls"));
        });
    }

    [Test]
    public async Task A_file_that_the_host_does_not_have_is_not_tried()
    {
        EscapeReport report = await EscapeProbe.RunInTheOpenAsync(Children.Walled, [Path.Combine(_folder, "none")], CancellationToken.None);
        Assert.That(report.Attempts.Select(attempt => attempt.Kind), Does.Not.Contain(EscapeKind.HostFile));
    }

    [Test]
    public void Where_no_child_starts_the_reason_is_an_error_of_the_host()
    {
        SandboxOptions broken = Children.Walled with { Command = new SandboxCommand(null, "/usr/bin/true") };
        var none = new SandboxReport(IsolationClass.None, [], ["no child starts: because"]);
        var thought = new SandboxReport(IsolationClass.WasmProcess, [], []);
        Assert.Multiple(() =>
        {
            Assert.That(() => EscapeProbe.RunAsync(broken, none, [], CancellationToken.None),
                Throws.TypeOf<PeerComputeException>().With.Property("Code").EqualTo(ErrorCode.Host).And.Message.Contains("because"));
            Assert.That(() => EscapeProbe.RunAsync(broken, thought, [], CancellationToken.None),
                Throws.TypeOf<PeerComputeException>().With.Property("Code").EqualTo(ErrorCode.Host).And.Message.Contains("exit code 0"));
        });
    }

    private static EscapeAttempt One(EscapeReport report, EscapeKind kind) => report.Attempts.Single(attempt => attempt.Kind == kind);

    // Yama lets only root, or a parent, read another process (Documentation/admin-guide/LSM/Yama.rst: ptrace_scope).
    private static bool DebuggersAreFree()
    {
        const string scope = "/proc/sys/kernel/yama/ptrace_scope";
        return !File.Exists(scope) || int.Parse(File.ReadAllText(scope), CultureInfo.InvariantCulture) == 0;
    }

    /// <summary>Processes, living or dead, that play a broken-out engine for this test.</summary>
    private static List<string> Players()
    {
        var found = new List<string>();
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(folder => Path.GetFileName(folder).All(char.IsAsciiDigit)))
        {
            try
            {
                string command = File.ReadAllText(Path.Combine(folder, "cmdline"));
                if (command.Contains($"{EscapeProbe.Argument}\0{EscapeProbe.Open}\0{Environment.ProcessId}\0", StringComparison.Ordinal)) found.Add(command);
            }
            catch (IOException)
            {
                // Ended meanwhile.
            }
        }

        return found;
    }

    private async Task<EscapeReport> RunAsync(SandboxOptions options)
    {
        SandboxReport sandbox = await SandboxProbe.RunAsync(options, CancellationToken.None);
        return await EscapeProbe.RunAsync(options, sandbox, ["/etc/passwd", _key], CancellationToken.None);
    }
}
