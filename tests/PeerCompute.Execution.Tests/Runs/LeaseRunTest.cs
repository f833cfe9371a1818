// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Execution.Tests.Guests;
using PeerCompute.Execution.Tests.Sandbox;
using PeerCompute.Wasm;
using PeerCompute.Wasm.Wasi;

namespace PeerCompute.Execution.Tests.Runs;

/// <summary>Real children, real programs: behind every wall of this host, and without bubblewrap.</summary>
[TestFixture(true)]
[TestFixture(false)]
[Platform("Linux")]
internal sealed class LeaseRunTest(bool bubblewrap)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private WasmExecutor _executor = null!;
    private string _folder = null!;

    [OneTimeSetUp]
    public async Task FindWalls()
    {
        Assume.That(!bubblewrap || SandboxProbe.FindBubblewrap(null) is not null, "bubblewrap is not installed");
        _executor = new WasmExecutor(bubblewrap ? Children.Walled : Children.WithoutBubblewrap);
        SandboxReport report = await _executor.ProbeAsync(CancellationToken.None);
        Assert.That(report.Isolation, Is.EqualTo(bubblewrap ? IsolationClass.WasmStrict : IsolationClass.WasmSeccomp), string.Join("; ", report.Notes));
    }

    [OneTimeTearDown]
    public void Dispose() => _executor?.Dispose();

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("lease").FullName;

    [TearDown]
    public void NothingIsLeft()
    {
        Assert.That(Directory.EnumerateFileSystemEntries(_folder), Is.Empty, "a lease leaves no folder behind");
        Directory.Delete(_folder, recursive: true);
    }

    [Test]
    public async Task A_program_that_does_nothing_ends_well()
    {
        await using LeaseRun run = await StartAsync(Samples.Misc("noop"));
        TaskReport report = await RunAsync(run);
        Assert.Multiple(() =>
        {
            Assert.That(report.Outcome, Is.EqualTo(TaskOutcome.Ok), report.Text);
            Assert.That(report.Fuel, Is.GreaterThan(0));
            Assert.That(report.PeakMemoryBytes, Is.EqualTo(2 * 65536));
            Assert.That(report.Cpu, Is.GreaterThan(TimeSpan.Zero));
            Assert.That(run.Isolation, Is.EqualTo(bubblewrap ? IsolationClass.WasmStrict : IsolationClass.WasmSeccomp));
        });
    }

    [Test]
    public async Task A_tile_of_the_ray_tracer_is_the_same_in_a_child_and_in_process()
    {
        await using LeaseRun run = await StartAsync(Samples.RayTracer, inputs: [KeyValuePair.Create("scene.txt", Samples.Scene)]);
        string[] arguments = ["scene.txt", "tile.ppm", "--tile", "47", "--of", "120"];
        TaskReport report = await run.RunTaskAsync(new TaskSpec { Index = 47, Arguments = arguments, OutputNames = ["tile.ppm"] }, null, Limit());
        Assert.That(report.Outcome, Is.EqualTo(TaskOutcome.Ok), report.Text);

        var files = new MemoryGuestFiles(1 << 20);
        files.Put("scene.txt", await File.ReadAllBytesAsync(Samples.Scene));
        WasmModule module = WasmModule.Parse(await File.ReadAllBytesAsync(Samples.RayTracer), WasmLimits.Default);
        WasiExit exit = WasiProgram.Run(module, new WasiOptions { Args = ["program", .. arguments], Files = files });
        Assert.That(files.TryGet("tile.ppm", out ReadOnlyMemory<byte> tile));
        Assert.Multiple(() =>
        {
            Assert.That(report.Outputs.Single().Name, Is.EqualTo("tile.ppm"));
            Assert.That(File.ReadAllBytes(report.Outputs[0].Path), Is.EqualTo(tile.ToArray()));
            Assert.That(report.Fuel, Is.EqualTo(exit.FuelUsed));
        });
    }

    [Test]
    public async Task A_folder_goes_in_and_comes_out()
    {
        string packed = Path.GetTempFileName();
        PackedInputTest.Pack(packed, ("a", null), ("a/b", null), ("a/b/deep", new byte[300_000]), ("empty", null), ("x", [1, 2, 3]));
        await using (LeaseRun run = await StartAsync(Samples.Misc("copytree"), inputs: [KeyValuePair.Create("in/", packed)]))
        {
            TaskReport report = await run.RunTaskAsync(new TaskSpec { Index = 0, Arguments = ["in", "out"], OutputNames = ["out/"] }, null, Limit());
            Assert.That(report.Outcome, Is.EqualTo(TaskOutcome.Ok), report.Text);
            Assert.That(report.Outputs.Single().Name, Is.EqualTo("out/"));
            Assert.That(File.ReadAllBytes(report.Outputs[0].Path), Is.EqualTo(File.ReadAllBytes(packed)), "the same folder has the same bytes");

            TaskReport missing = await run.RunTaskAsync(new TaskSpec { Index = 1, Arguments = ["in", "other"], OutputNames = ["out/"] }, null, Limit());
            Assert.That((missing.Fault, missing.Text), Is.EqualTo((FaultKind.MissingOutput, "the program ended well but wrote no folder 'out/'")));
        }

        File.Delete(packed);
    }

    [Test]
    public async Task A_folder_that_cannot_be_handed_on_says_why()
    {
        string packed = Path.GetTempFileName();
        PackedInputTest.Pack(packed, ("a", null), ("a/x", new byte[1]));
        await using (LeaseRun run = await StartAsync(Samples.Misc("copytree"), inputs: [KeyValuePair.Create("in/", packed)]))
        {
            TaskReport report = await run.RunTaskAsync(new TaskSpec { Index = 0, Arguments = ["in/a", "in/b"], OutputNames = ["in/"] }, null, Limit());
            Assert.That(report.Fault, Is.EqualTo(FaultKind.MissingOutput), report.Text);
            Assert.That(report.Text, Does.Contain("is an input"));
        }

        File.Delete(packed);
    }

    [TestCase("trap", FaultKind.Trap, "unreachable")]
    [TestCase("loop", FaultKind.FuelExhausted, "fuel")]
    [TestCase("eatmem", FaultKind.MemoryLimit, "memory limit")]
    [TestCase("flood", FaultKind.OutputLimit, "output limit of 4194304 bytes")]
    [TestCase("bigfile", FaultKind.OutputLimit, "output limit of 4194304 bytes")]
    [TestCase("passwd", FaultKind.ExitCode, "exit code 6")]
    [TestCase("socket", FaultKind.ExitCode, "exit code 8")]
    [TestCase("fork", FaultKind.ModuleInvalid, "env.fork")]
    public async Task A_bad_program_ends_with_its_own_fault_and_the_next_task_and_lease_go_on(string program, FaultKind fault, string words)
    {
        await using (LeaseRun run = await StartAsync(Samples.Misc(program), fuel: 200_000_000))
        {
            for (ulong index = 0; index < 2; index++)
            {
                TaskReport report = await RunAsync(run, index);
                Assert.Multiple(() =>
                {
                    Assert.That(report.Outcome, Is.EqualTo(TaskOutcome.JobFault));
                    Assert.That(report.Fault, Is.EqualTo(fault), report.Text);
                    Assert.That(report.Text, Does.Contain(words));
                    Assert.That(report.Hint, Is.Not.Empty);
                    Assert.That(report.Index, Is.EqualTo(index));
                });
            }
        }

        await using LeaseRun next = await StartAsync(Samples.Misc("noop"));
        Assert.That((await RunAsync(next)).Outcome, Is.EqualTo(TaskOutcome.Ok));
    }

    [Test]
    public async Task Files_of_the_host_are_out_of_a_programs_sight()
    {
        await using LeaseRun run = await StartAsync(Samples.Misc("passwd"));
        TaskReport report = await RunAsync(run);
        Assert.That(report.OutputTail.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(4).And.All.EndsWith("not there"));
    }

    [Test]
    public async Task A_program_that_runs_too_long_is_ended_by_the_clock_and_the_next_task_gets_a_new_child()
    {
        await using LeaseRun run = await StartAsync(Samples.Misc("loop"), wall: TimeSpan.FromSeconds(1));
        var seen = new List<TaskProgress>();
        TaskReport first = await run.RunTaskAsync(new TaskSpec { Index = 7 }, new Heard(seen), Limit());
        int child = run.ChildId;
        TaskReport second = await RunAsync(run, 8);
        Assert.Multiple(() =>
        {
            Assert.That(first.Fault, Is.EqualTo(FaultKind.WallClock), first.Text);
            Assert.That(first.Text, Does.Contain("limit of 1 s"));
            Assert.That(seen, Is.All.Matches<TaskProgress>(at => at.Index == 7 && at.Fuel > 0));
            Assert.That(child, Is.Zero, "the child is gone");
            Assert.That(second.Fault, Is.EqualTo(FaultKind.WallClock));
        });
    }

    [Test]
    public async Task Inputs_can_be_read_but_not_changed()
    {
        string input = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        byte[] content = new byte[300_000];
        new Random(5).NextBytes(content);
        await File.WriteAllBytesAsync(input, content);
        await using (LeaseRun run = await StartAsync(Samples.Misc("readinput"), inputs: [KeyValuePair.Create("data/in.bin", input)]))
        {
            TaskReport report = await run.RunTaskAsync(
                new TaskSpec { Index = 0, Arguments = ["data/in.bin", "copy.bin"], OutputNames = ["copy.bin"] }, null, Limit());
            Assert.That(report.Outcome, Is.EqualTo(TaskOutcome.Ok), report.Text);
            Assert.That(await File.ReadAllBytesAsync(report.Outputs.Single().Path), Is.EqualTo(content));
        }

        Assert.That(await File.ReadAllBytesAsync(input), Is.EqualTo(content));
        File.Delete(input);
    }

    [Test]
    public async Task An_output_that_is_not_written_is_missed_by_name()
    {
        await using LeaseRun run = await StartAsync(Samples.Misc("noop"));
        TaskReport report = await run.RunTaskAsync(new TaskSpec { Index = 0, OutputNames = ["result.txt"] }, null, Limit());
        Assert.That(report.Fault, Is.EqualTo(FaultKind.MissingOutput));
        Assert.That(report.Text, Does.Contain("'result.txt'"));
    }

    [Test]
    public async Task A_child_that_is_killed_is_a_fault_of_the_host_and_is_replaced()
    {
        await using LeaseRun run = await StartAsync(Samples.Misc("loop"));
        var heard = new TaskCompletionSource();
        ValueTask<TaskReport> task = run.RunTaskAsync(new TaskSpec { Index = 0 }, new Once(heard), Limit());
        await heard.Task.WaitAsync(Patience);
        int child = run.ChildId;
        Process.GetProcessById(child).Kill();
        TaskReport report = await task;
        Assert.Multiple(() =>
        {
            Assert.That(child, Is.GreaterThan(0));
            Assert.That(report.Outcome, Is.EqualTo(TaskOutcome.HostFault), report.Text);
            Assert.That(report.Fault, Is.EqualTo(FaultKind.Host));
            Assert.That(report.Text, Does.Contain("137"));
            Assert.That(report.Fuel, Is.GreaterThan(0), "as far as it was heard of");
        });
        Assert.That(await Processes.GoneAsync(child, TimeSpan.FromSeconds(30)));
        using var second = new CancellationTokenSource();
        var again = new TaskCompletionSource();
        ValueTask<TaskReport> next = run.RunTaskAsync(new TaskSpec { Index = 1 }, new Once(again), second.Token);
        await again.Task.WaitAsync(Patience);
        await second.CancelAsync();
        Assert.That(async () => await next, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_cancelled_task_ends_its_child()
    {
        await using LeaseRun run = await StartAsync(Samples.Misc("loop"));
        using var cancellation = new CancellationTokenSource();
        var heard = new TaskCompletionSource();
        ValueTask<TaskReport> task = run.RunTaskAsync(new TaskSpec { Index = 0 }, new Once(heard), cancellation.Token);
        await heard.Task.WaitAsync(Patience);
        await cancellation.CancelAsync();
        Assert.That(async () => await task, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(run.ChildId, Is.Zero);
    }

    [Test]
    public async Task Disposing_a_lease_leaves_no_process_behind()
    {
        LeaseRun run = await StartAsync(Samples.Misc("loop"));
        var heard = new TaskCompletionSource();
        ValueTask<TaskReport> task = run.RunTaskAsync(new TaskSpec { Index = 0 }, new Once(heard), Limit());
        await heard.Task.WaitAsync(Patience);
        int child = run.ChildId;
        Assert.That(Processes.Of(child), Is.Not.Empty, "the check sees processes");
        await run.DisposeAsync();
        Assert.That((await task).Outcome, Is.EqualTo(TaskOutcome.HostFault));
        Assert.That(await Processes.GoneAsync(child, TimeSpan.FromSeconds(30)));
    }

    [Test]
    public async Task Where_control_groups_can_be_made_a_child_lives_in_one_and_it_goes_with_the_lease()
    {
        SandboxReport report = await _executor.ProbeAsync(CancellationToken.None);
        Assume.That(report.ControlGroups, "no control group can be made here: run as root or with a delegated subtree");
        string group;
        await using (LeaseRun run = await StartAsync(Samples.Misc("noop")))
        {
            group = (await File.ReadAllLinesAsync($"/proc/{run.ChildId}/cgroup")).Select(line => line.Split(':', 3))
                .First(parts => parts[1] is "memory" or "" && parts[2].Contains("peercompute-"))[2];
            string[] bounds = [.. GroupFiles(group).Where(file => Path.GetFileName(file) is "memory.limit_in_bytes" or "memory.max")];
            Assert.That(bounds, Has.Length.EqualTo(1));
            Assert.That(long.Parse(await File.ReadAllTextAsync(bounds[0]), CultureInfo.InvariantCulture), Is.InRange(64L << 20, 1L << 30));
            Assert.That((await RunAsync(run)).Outcome, Is.EqualTo(TaskOutcome.Ok));
        }

        Assert.That(GroupFiles(group), Is.Empty);

        static IEnumerable<string> GroupFiles(string group) => new[] { "", "/memory" }.Select(root => "/sys/fs/cgroup" + root + group)
            .Where(Directory.Exists).SelectMany(Directory.EnumerateFiles);
    }

    [Test]
    public void A_wrong_description_is_refused_before_anything_starts()
    {
        Assert.Multiple(() =>
        {
            Assert.That(async () => await StartAsync(Samples.Misc("noop") + ".gone"), Refused(ErrorCode.NotFound));
            Assert.That(async () => await StartAsync(Samples.Misc("noop"), inputs: [KeyValuePair.Create("../up", Samples.Scene)]), Refused(ErrorCode.BadInput));
            Assert.That(async () => await StartAsync(Samples.Misc("noop"), fuel: 0), Refused(ErrorCode.BadInput));
            Assert.That(async () => await StartAsync(Samples.Misc("noop"), workRoot: "/proc/nowhere"), Refused(ErrorCode.Host));
        });

        static NUnit.Framework.Constraints.IResolveConstraint Refused(ErrorCode code) =>
            Throws.TypeOf<PeerComputeException>().With.Property(nameof(PeerComputeException.Code)).EqualTo(code);
    }

    private static CancellationToken Limit() => new CancellationTokenSource(Patience).Token;

    private static ValueTask<TaskReport> RunAsync(LeaseRun run, ulong index = 0) => run.RunTaskAsync(new TaskSpec { Index = index }, null, Limit());

    private ValueTask<LeaseRun> StartAsync(
        string module, long fuel = long.MaxValue, TimeSpan? wall = null, IReadOnlyList<KeyValuePair<string, string>>? inputs = null, string? workRoot = null) =>
        _executor.StartAsync(
            new LeaseRunSpec
            {
                ModulePath = module,
                WorkRoot = workRoot ?? _folder,
                MemoryBytes = 64 << 20,
                FuelPerTask = fuel,
                WallPerTask = wall ?? Patience,
                OutputBytes = 4 << 20,
                Inputs = inputs ?? [],
            },
            Limit());

    private sealed class Heard(List<TaskProgress> seen) : IProgress<TaskProgress>
    {
        public void Report(TaskProgress value) => seen.Add(value);
    }

    private sealed class Once(TaskCompletionSource heard) : IProgress<TaskProgress>
    {
        public void Report(TaskProgress value) => heard.TrySetResult();
    }
}
