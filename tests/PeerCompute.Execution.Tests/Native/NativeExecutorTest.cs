// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Versioning;
using System.Text;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Groups;
using PeerCompute.Execution.Guests;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Execution.Tests.Sandbox;
using PeerCompute.Wire.Folders;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Execution.Tests.Native;

[TestFixture]
[Platform("Linux")]
[SupportedOSPlatform("linux")]
internal sealed class NativeExecutorTest
{
    private static readonly NativeExecutor Executor = new(Children.Walled);
    private string _folder = "";

    [SetUp]
    public void MakeFolder()
    {
        Assume.That(SandboxProbe.FindBubblewrap(null), Is.Not.Null, "bubblewrap is not installed");
        _folder = Directory.CreateTempSubdirectory("native").FullName;
    }

    [TearDown]
    public void RemoveFolder()
    {
        if (_folder.Length > 0) Directory.Delete(_folder, recursive: true);
        _folder = "";
    }

    [Test]
    public async Task A_program_reads_its_input_and_leaves_its_outputs()
    {
        string input = Path.Combine(_folder, "input");
        await File.WriteAllTextAsync(input, "seven\n");
        NativeReport report = await RunAsync(Shell(
            "tr a-z A-Z <in/word >out/WORD; echo said; echo wrong >&2; echo \"$COLOUR $HOME $(pwd) $(id -un)\"", spec => spec with
        {
            Inputs = [KeyValuePair.Create("in/word", input)],
            OutputNames = ["out/WORD"],
            OutputFolder = _folder,
            Environment = ["COLOUR=red=blue"],
        }, "mkdir out"));
        Assert.Multiple(() =>
        {
            Assert.That(report.Outcome, Is.EqualTo(TaskOutcome.Ok), Words(report));
            Assert.That(report.OutputTail, Is.EqualTo("said\nred=blue /job /job job\n"));
            Assert.That(report.ErrorTail, Is.EqualTo("wrong\n"));
            Assert.That(report.Outputs.Single().Size, Is.EqualTo(6));
            Assert.That(File.ReadAllText(report.Outputs.Single().Path), Is.EqualTo("SEVEN\n"));
        });
    }

    [Test]
    public async Task What_a_program_says_of_itself_is_told_while_it_runs_and_at_its_end()
    {
        var told = new List<LiveReport>();
        using var heard = new SemaphoreSlim(0);
        using var stop = new CancellationTokenSource();
        Task<NativeReport> run = Executor.RunAsync(
            Shell("echo ::progress 50 >&2; echo log >&2; sleep 600") with { Live = _ => heard.Release() }, stop.Token);
        Assert.That(await heard.WaitAsync(TimeSpan.FromMinutes(2)), Is.True, "it still runs");
        await stop.CancelAsync();
        Assert.That(async () => await run, Throws.InstanceOf<OperationCanceledException>());
        NativeReport report = await RunAsync(Shell("echo ::progress 99.5 >&2; echo ::progress 3; echo last >&2; exit 3") with { Live = told.Add });
        Assert.That((report.ExitCode, told[^1].Done, told[^1].Lines[^1]), Is.EqualTo((3, 9950u, "last")), "of its standard error only");
    }

    [Test]
    public async Task A_folder_that_a_program_leaves_is_packed_with_all_that_it_holds()
    {
        NativeReport report = await RunAsync(Folder("mkdir -p out/deep/empty; echo a >out/a; cp out/a out/deep/b; chmod 700 out/deep/b; echo no >beside"));
        Assert.That(report.Outcome, Is.EqualTo(TaskOutcome.Ok), Words(report));
        PackedInput folder = PackedInput.Open(report.Outputs.Single().Path);
        string back = Path.Combine(_folder, "back");
        Assert.That(folder.LayOut(back, 100), Is.EqualTo(4), "two files of two bytes");
        Assert.That(Directory.GetFileSystemEntries(back, "*", SearchOption.AllDirectories).Select(path => path[(back.Length + 1)..]).Order(),
            Is.EqualTo(new[] { "a", "deep", "deep/b", "deep/empty" }));
        Assert.That(File.GetUnixFileMode(Path.Combine(back, "deep", "b")).HasFlag(UnixFileMode.UserExecute), Is.True);
        NativeReport again = await RunAsync(Folder(
            "mkdir -p out/deep/empty; echo a >out/a; cat out/a >out/deep/b; chmod 755 out/deep/b; touch -d 2000-01-01 out/a", number: 2));
        Assert.That(File.ReadAllBytes(again.Outputs.Single().Path), Is.EqualTo(File.ReadAllBytes(report.Outputs.Single().Path)), "times are no part of it");
    }

    [TestCase("echo x >out", "left no folder 'out/'")]
    [TestCase(":", "left no folder 'out/'")]
    [TestCase("ln -s / out", "left no folder 'out/'")]
    [TestCase("mkdir out; ln -s /etc out/l", "'l': is a link")]
    [TestCase("mkdir out; ln -s ../../etc/passwd out/l", "'l': is a link")]
    [TestCase("mkdir out; mkfifo out/p", "cannot be read")]
    [TestCase("mkdir out; for i in $(seq 1001); do :>out/$i; done", "more than 1000 files and folders")]
    [TestCase("mkdir out; truncate -s 10M out/holes", "too many with the files before")]
    [TestCase("mkdir out; head -c 9000 /dev/zero >out/a; head -c 9000 /dev/zero >out/b", "too many with the files before")]
    [TestCase("mkdir out; echo >out/A; echo >out/a", "differs from another in upper and lower case")]
    [TestCase("mkdir out; d=out; for i in $(seq 40); do d=$d/d; mkdir $d; done", "limit 32")]
    [TestCase("mkdir out; echo >\"out/$(printf 'a\\001b')\"", "control character")]
    public async Task What_is_no_plain_folder_is_refused(string script, string words)
    {
        NativeReport report = await RunAsync(Folder(script) with { OutputBytes = 16_000, WorkBytes = 16 << 20 });
        Assert.That((report.Fault, report.Outputs.Count), Is.EqualTo((FaultKind.MissingOutput, 0)), Words(report));
        Assert.That(report.Text, Does.Contain(words));
    }

    [Test]
    public async Task Files_that_are_linked_into_many_folders_do_not_become_many_on_the_hosts_disk()
    {
        string[] names = [.. Enumerable.Range(0, 20).Select(static i => $"out{i}/")];
        NativeReport report = await RunAsync(
            Folder("head -c 15000 /dev/urandom >x; for i in $(seq 0 19); do mkdir out$i; ln x out$i/x; done") with
            {
                OutputNames = names, OutputBytes = 32_000, WorkBytes = 16 << 20,
            });
        Assert.That((report.Fault, report.Outputs.Count), Is.EqualTo((FaultKind.MissingOutput, 0)), Words(report));
        Assert.That(report.Text, Does.Contain("'out2/'").And.Contain("all folders have too many bytes together"));
    }

    [Test]
    public async Task A_program_packed_in_a_folder_stays_executable_and_what_is_none_does_not_become_one()
    {
        string packed = Path.Combine(_folder, "packed"), tools = Path.Combine(_folder, "tools");
        var packer = new FolderPacker();
        await using (FileStream file = File.Create(packed))
        {
            packer.Folder("bin");
            foreach ((string path, bool executable) in ((string, bool)[])[("bin/hello", true), ("bin/text", false)])
            {
                packer.File(path, executable);
                byte[] script = Encoding.UTF8.GetBytes($"#!/bin/sh\necho {path}\n");
                if (packer.Chunk(script)) file.Write(script);
            }

            file.Write(packer.Finish());
        }

        PackedInput folder = PackedInput.Open(packed);
        Assert.That(() => folder.LayOut(tools, 48), Throws.InstanceOf<WireException>().With.Message.Contains("49 bytes when laid out, limit 48"));
        Assert.That((folder.LayOut(tools, 49), Directory.GetFileSystemEntries(_folder).Length), Is.EqualTo((49L, 2)));
        const string Script = "tools/bin/hello; tools/bin/text; echo $?; touch tools/x || echo read-only; stat -c %a tools tools/bin tools/bin/*";
        NativeReport report = await RunAsync(Shell(Script, spec => spec with
        {
            Inputs = [KeyValuePair.Create("tools", tools)],
        }));
        Assert.That(report.OutputTail, Is.EqualTo("bin/hello\n126\nread-only\n755\n755\n555\n444\n"), Words(report));
        Assert.That(() => folder.LayOut(tools), Throws.InstanceOf<IOException>(), "only into a folder that is new");
    }

    [Test]
    public async Task The_walls_stand_around_it()
    {
        NativeReport report = await RunAsync(Shell(
            """
            grep -E 'CapEff|NoNewPrivs|Seccomp:' /proc/self/status
            ls -A / /dev /proc | grep -E '^(home|root|var|etc|sda|vda|mem)$'
            ls /etc | grep -E 'shadow|hostname|resolv.conf|hosts'
            cat /proc/net/dev | tail -n +3 | grep -v lo:
            touch /x /usr/x /dev/x /etc/x /proc/sys/kernel/hostname 2>/dev/null && echo written
            ls /proc >listed; grep -cE '^[0-9]+$' listed
            ls /proc/self/fd | wc -l
            """));
        Assert.That(report.OutputTail.Split((char[])['\n', '\t', ' '], StringSplitOptions.RemoveEmptyEntries),
            Is.EqualTo(new[] { "CapEff:", "0000000000000000", "NoNewPrivs:", "1", "Seccomp:", "2", "etc", "3", "4" }), Words(report));
    }

    [TestCase("exit 3", FaultKind.ExitCode, "exit code 3")]
    [TestCase("kill -SEGV $$", FaultKind.ExitCode, "exit code 139: signal 11, SIGSEGV")]
    [TestCase("nosuchtool", FaultKind.ExitCode, "exit code 127: a program or library that it tried to start was not found")]
    [TestCase("exec bash -c 'exec 3<>/dev/tcp/192.0.2.7/443'", FaultKind.NetworkRefused, "192.0.2.7:443")]
    [TestCase("getent hosts example.invalid", FaultKind.NetworkRefused, "DNS")]
    [TestCase("sleep 600 & wait", FaultKind.WallClock, "wall-clock limit of 1 s")]
    [TestCase("(while :; do :; done) & (sleep 600) & sleep 601", FaultKind.WallClock, "wall-clock limit of 1 s")]
    [TestCase("yes", FaultKind.OutputLimit, "more than 1000000 bytes")]
    [TestCase("yes >&2", FaultKind.OutputLimit, "more than 1000000 bytes")]
    [TestCase("true", FaultKind.MissingOutput, "'out'")]
    [TestCase("ln -s /etc/passwd out", FaultKind.MissingOutput, "'out'")]
    [TestCase("ln -s . x; mkdir out", FaultKind.MissingOutput, "'out'")]
    [TestCase("mkfifo out", FaultKind.MissingOutput, "'out'")]
    [TestCase("truncate -s 900K out; exit 0", FaultKind.None, "")]
    [TestCase("dd if=/dev/zero of=out bs=1K count=2000", FaultKind.WorkFull, "1048576 bytes")]
    [TestCase("for i in 1 2 3; do head -c 500000 /dev/zero >f$i; done; exit 5", FaultKind.WorkFull, "exit code 5")]
    [TestCase("for i in 1 2 3; do dd if=/dev/zero of=f$i bs=1K count=500; done; df /job >&2; ls -l >&2; [ $(du -sk /job | cut -f1) -le 1024 ] && exit 9",
        FaultKind.WorkFull, "exit code 9")]
    public async Task A_fault_is_named(string script, FaultKind fault, string words)
    {
        NativeReport report = await RunAsync(Shell(script, spec => spec with
        {
            Wall = fault == FaultKind.WallClock ? TimeSpan.FromSeconds(1) : TimeSpan.FromMinutes(5),
            OutputBytes = 1_000_000,
            WorkBytes = 1 << 20,
            Processes = 20,
            OutputNames = ["out"],
            OutputFolder = _folder,
        }));
        Assert.Multiple(() =>
        {
            Assert.That(report.Fault, Is.EqualTo(fault), Words(report));
            Assert.That(report.Text, Does.Contain(words));
            Assert.That(report.Outcome, Is.EqualTo(fault == FaultKind.None ? TaskOutcome.Ok : TaskOutcome.JobFault));
            Assert.That(report.Hint.Length > 0, Is.EqualTo(fault != FaultKind.None));
        });
    }

    [Test]
    public async Task A_program_that_takes_too_much_memory_is_ended_and_its_peak_is_said()
    {
        if (ControlGroup.TryMake(new GroupBounds(1 << 30, 20)) is not { } group)
        {
            Assert.Ignore("no control group can be made here");
            return;
        }

        await group.RemoveAsync();
        NativeReport report = await RunAsync(Shell("head -c 500M /dev/zero | tail -c 500M", spec => spec with { MemoryBytes = 64 << 20 }));
        Assert.Multiple(() =>
        {
            Assert.That(report.Fault, Is.EqualTo(FaultKind.MemoryLimit), Words(report));
            Assert.That(report.PeakMemoryBytes, Is.GreaterThan(60 << 20));
            Assert.That(report.Text, Does.Contain($"{report.PeakMemoryBytes} bytes").And.Contain($"{64 << 20} bytes"));
        });
    }

    [Test]
    public async Task Local_sockets_work_and_are_no_attempt_at_the_network()
    {
        Assume.That(File.Exists("/usr/bin/python3"), "python3 is not installed");
        const string talk = """
            import socket, threading
            for family, place in ((socket.AF_UNIX, '/job/socket'), (socket.AF_INET, ('127.0.0.1', 4711))):
                server = socket.socket(family); server.bind(place); server.listen()
                client = socket.socket(family); client.connect(place); client.send(b'heard')
                print(server.accept()[0].recv(9).decode())
            """;
        NativeReport report = await RunAsync(new NativeRunSpec { Arguments = ["/usr/bin/python3", "-c", talk] });
        Assert.That(report.OutputTail, Is.EqualTo("heard\nheard\n"), Words(report));
        Assert.That(report.Destinations, Is.Empty);
    }

    [Test]
    public async Task A_missing_library_is_named()
    {
        string root = Path.Combine(_folder, "root");
        foreach (string folder in (string[])["bin", "lib", "lib64"]) CopyOf("/usr/" + folder, Path.Combine(root, folder), "libselinux.so.1");
        NativeReport report = await RunAsync(Shell("exec ls", spec => spec with { Root = root }));
        Assert.That((report.Fault, report.Text), Is.EqualTo((FaultKind.MissingLibrary,
            "the program needs the library libselinux.so.1, which is not there (exit code 127: a program or library that it tried to start was not found)")),
            Words(report));
        NativeReport none = await RunAsync(new NativeRunSpec { Arguments = ["/usr/bin/nosuchprogram"] });
        Assert.That((none.Fault, none.Outcome), Is.EqualTo((FaultKind.MissingProgram, TaskOutcome.JobFault)), Words(none));
    }

    [Test]
    public async Task Processes_are_bounded()
    {
        if (ControlGroup.TryMake(new GroupBounds(1 << 30, 20)) is { } group) await group.RemoveAsync();
        else Assume.That(Environment.UserName, Is.Not.EqualTo("root"), "no control group can be made here, and root may have any number of processes");
        NativeReport report = await RunAsync(Shell("for i in $(seq 40); do sleep 600 & done; echo all", spec => spec with { Processes = 20 }));
        Assert.That(report.OutputTail, Does.Not.Contain("all"), Words(report));
        Assert.That(report.ErrorTail, Does.Contain("fork").IgnoreCase);
    }

    [Test]
    public async Task A_root_folder_of_the_job_s_own_is_used_and_read_only()
    {
        string root = Path.Combine(_folder, "root");
        Directory.CreateDirectory(Path.Combine(root, "tools"));
        Directory.CreateDirectory(Path.Combine(root, "etc"));
        await File.WriteAllTextAsync(Path.Combine(root, "etc/motd"), "own\n");
        await File.WriteAllTextAsync(Path.Combine(root, "tools/word"), "kept\n");
        File.CreateSymbolicLink(Path.Combine(root, "link"), "tools");
        Directory.CreateDirectory(Path.Combine(root, "usr"));
        foreach (string folder in (string[])["bin", "lib", "lib64"]) File.CreateSymbolicLink(Path.Combine(root, folder), "usr/" + folder);
        foreach (string folder in (string[])["usr/bin", "usr/lib", "usr/lib64"]) CopyOf("/" + folder, Path.Combine(root, folder));
        NativeReport report = await RunAsync(Shell("cat /link/word /etc/motd; ls /usr/share /home; echo no >/tools/word", spec => spec with { Root = root }));
        Assert.That(report.OutputTail, Is.EqualTo("kept\nown\n"), Words(report));
        Assert.That(report.ErrorTail, Does.Contain("Read-only file system"));
    }

    private static void CopyOf(string host, string folder, string? without = null)
    {
        // The shell, two tools and what the loader needs for them.
        Directory.CreateDirectory(folder);
        string[] wanted = ["sh", "dash", "cat", "ls", "ld-linux-x86-64.so.2", "libc.so.6", "libselinux.so.1", "libpcre2-8.so.0"];
        foreach (string name in wanted.Where(name => name != without))
        {
            foreach (string path in (string[])[$"{host}/{name}", $"{host}/x86_64-linux-gnu/{name}"])
            {
                if (File.Exists(path)) File.Copy(path, Path.Combine(folder, name), overwrite: true);
            }
        }
    }

    [Test]
    public async Task Cancelling_kills_everything()
    {
        using var stop = new CancellationTokenSource();
        string mark = $"86400.{Random.Shared.Next()}";
        Task<NativeReport> run = Executor.RunAsync(Shell($"sleep {mark} & sleep {mark}"), stop.Token);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (Sleepers(mark) < 2 && !run.IsCompleted) await timer.WaitForNextTickAsync();
        await stop.CancelAsync();
        Assert.That(async () => await run, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Sleepers(mark), Is.Zero);
    }

    [Test]
    public async Task A_host_that_cannot_build_the_walls_is_at_fault_not_the_job()
    {
        NativeReport missing = await new NativeExecutor(Children.WithoutBubblewrap).RunAsync(Shell("true"), CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(_folder, "bwrap"), "#!/bin/sh\necho 'No permissions to create a new namespace' >&2\nexit 1\n");
        File.SetUnixFileMode(Path.Combine(_folder, "bwrap"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        NativeReport refused = await new NativeExecutor(Children.Walled with { SearchPath = _folder }).RunAsync(Shell("true"), CancellationToken.None);
        Assert.Multiple(() =>
        {
            Assert.That((missing.Outcome, missing.Fault), Is.EqualTo((TaskOutcome.HostFault, FaultKind.Host)));
            Assert.That((refused.Outcome, refused.Fault), Is.EqualTo((TaskOutcome.HostFault, FaultKind.Host)));
            Assert.That(missing.Text, Does.Contain("bwrap"));
            Assert.That(refused.Text, Does.Contain("No permissions to create a new namespace"));
        });
    }

    [Test]
    public async Task Without_walls_the_same_program_sees_the_host()
    {
        var open = new NativeExecutor(Children.Walled) { InTheOpen = true };
        NativeReport report = await open.RunAsync(Shell("cat /etc/hostname /etc/passwd; ls /"), CancellationToken.None);
        Assert.That(report.OutputTail, Does.Contain("root:").And.Contain("home"), Words(report));
    }

    [Test]
    public void A_wrong_spec_is_refused_before_anything_starts() => Assert.Multiple(() =>
    {
        Refused(Shell("true") with { Arguments = [] }, "no program");
        Refused(Shell("true") with { Arguments = ["true"] }, "full path");
        Refused(Shell("true") with { Environment = ["=x"] }, "NAME=value");
        Refused(Shell("true") with { Inputs = [KeyValuePair.Create("../x", "/etc/passwd")] }, "'../x'");
        Refused(Shell("true") with { OutputNames = ["a", "a"] }, "two outputs");
        Refused(Shell("true") with { Inputs = [KeyValuePair.Create("x", "/nowhere/x")] }, "/nowhere/x");
        Refused(Shell("true") with { Processes = 0 }, "processes");
    });

    private static void Refused(NativeRunSpec spec, string words) => Assert.That(
        async () => await RunAsync(spec), Throws.InstanceOf<PeerComputeException>().With.Message.Contains(words));

    private static Task<NativeReport> RunAsync(NativeRunSpec spec) => Executor.RunAsync(spec, CancellationToken.None);

    private static NativeRunSpec Shell(string script, Func<NativeRunSpec, NativeRunSpec>? change = null, string before = ":")
    {
        var spec = new NativeRunSpec { Arguments = ["/bin/sh", "-c", $"{before}; {script}"] };
        return change is null ? spec : change(spec);
    }

    private NativeRunSpec Folder(string script, int number = 1) => Shell(script) with
    {
        OutputNames = ["out/"], OutputFolder = Directory.CreateDirectory(Path.Combine(_folder, $"outputs{number}")).FullName,
    };

    private static string Words(NativeReport report) => $"{report.Text} | {report.OutputTail} | {report.ErrorTail}";

    private static int Sleepers(string mark) => Directory.EnumerateDirectories("/proc").Count(folder =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")) == $"sleep\0{mark}\0";
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });
}
