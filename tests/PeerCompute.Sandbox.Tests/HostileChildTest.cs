// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Sandbox.Tests.Children;
using PeerCompute.Sandbox.Tests.Runs;

namespace PeerCompute.Sandbox.Tests;

/// <summary>Whatever a captured child says, or does not say, to its node: the node goes on, is not made to wait, and keeps nothing of it.</summary>
[TestFixture]
internal sealed class HostileChildTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private string _folder = "";
    private string _work = "";

    private static IEnumerable<string> AtStart => HostileFrames.StartNames;

    private static IEnumerable<string> AtTask => HostileFrames.TaskNames;

    [SetUp]
    public void MakeFolder()
    {
        _folder = Directory.CreateTempSubdirectory("hostile").FullName;
        _work = Path.Combine(_folder, "work");
    }

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestCaseSource(nameof(AtStart))]
    public async Task A_child_that_starts_badly_is_given_up(string role)
    {
        // A child that says nothing is waited for as long as any; the others speak at once.
        using var executor = new WasmExecutor(Options(role is "mute" or "half" ? TimeSpan.FromSeconds(2) : Patience));
        try
        {
            await using LeaseRun run = await executor.StartAsync(Spec(role), CancellationToken.None).AsTask().WaitAsync(Patience);
            TaskReport report = await run.RunTaskAsync(new TaskSpec { Index = 0 }, null, CancellationToken.None).AsTask().WaitAsync(Patience);
            Assert.That(role, Is.EqualTo("refusal"), "only a refusal is an answer");
            Assert.That(report.Fault, Is.EqualTo(FaultKind.ModuleInvalid));
            Tame(report.Text);
        }
        catch (PeerComputeException fault)
        {
            Assert.That(fault.Code, Is.EqualTo(ErrorCode.Host));
            Assert.That(role, Is.Not.EqualTo("refusal"));
            Tame(fault.Message);
        }

        Assert.That(Directory.EnumerateFileSystemEntries(_work), Is.Empty);
    }

    [TestCaseSource(nameof(AtTask))]
    public async Task A_child_that_answers_badly_is_ended(string role)
    {
        using var executor = new WasmExecutor(Options(role == "deaf" ? TimeSpan.FromSeconds(15) : Patience));
        LeaseRun run = await executor.StartAsync(Spec(role), CancellationToken.None);
        var task = new TaskSpec
        {
            Index = 0,
            Arguments = role == "deaf" ? [new string('x', 900_000)] : [],
            OutputNames = role == "task-numbers" ? ["a", "b", "c"] : [],
        };
        TaskReport report = await run.RunTaskAsync(task, null, CancellationToken.None).AsTask().WaitAsync(Patience);
        await run.DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.Multiple(() =>
        {
            Assert.That(report.Fault, Is.EqualTo(Expected(role)), report.Text);
            Assert.That(report.Fuel, Is.InRange(0, Spec(role).FuelPerTask));
            Assert.That(report.PeakMemoryBytes, Is.InRange(0, Spec(role).MemoryBytes));
            Assert.That(report.Outputs, Is.Empty);
            Assert.That(Directory.EnumerateFileSystemEntries(_work), Is.Empty);
            Tame(report.Text);
        });
    }

    private static FaultKind Expected(string role) => role switch
    {
        "task-mute" or "task-half" or "task-flood" or "task-errors" => FaultKind.WallClock,
        "task-progress" or "task-replay" => FaultKind.None,
        "task-numbers" => FaultKind.MissingOutput,
        "task-text" => FaultKind.Trap,
        _ => FaultKind.Host,
    };

    private static void Tame(string text) =>
        Assert.That(text, Is.EqualTo(Printable.Line(text)).And.Length.LessThan(4096), "what a terminal would obey, or more than a log wants");

    private static SandboxOptions Options(TimeSpan start) => WasmChildren.Options(Suite.Folder) with { StartTimeout = start };

    private LeaseRunSpec Spec(string role)
    {
        string module = Path.Combine(_folder, "module");
        File.WriteAllText(module, role);
        return new LeaseRunSpec { ModulePath = module, WorkRoot = _work, WallPerTask = TimeSpan.FromSeconds(1) };
    }
}
