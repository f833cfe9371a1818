// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Execution.Runs;
using PeerCompute.Node.Runs;

namespace PeerCompute.Node.Tests.Runs;

/// <summary>What of a task's end is compared between worker and confirmer.</summary>
[TestFixture]
internal sealed class BundleTests
{
    [Test]
    public async Task A_result_holds_its_files_sorted_and_the_end_of_its_output()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["one"], "1");
        File.WriteAllText(folder["two"], "22");
        var report = new TaskReport { Index = 0, Outputs = [new("z", folder["one"], 1), new("a", folder["two"], 2)], OutputTail = "said" };
        var bundle = await RunDirector.BundleAsync(report, [], CancellationToken.None);
        Assert.That(bundle.Succeeded);
        Assert.That(bundle.Files.Select(static file => (file.Name, file.Content.Length)), Is.EqualTo(new[] { ("a", 2), ("z", 1) }));
        Assert.That(bundle.Stdout.ToArray(), Is.EqualTo("said"u8.ToArray()));
        Assert.That(Wire.Leases.TaskBundle.Decode(bundle.Encode()).Encode(), Is.EqualTo(bundle.Encode()));
    }

    [Test]
    public async Task An_exit_code_is_an_outcome()
    {
        var report = new TaskReport { Index = 0, Outcome = TaskOutcome.JobFault, Fault = FaultKind.ExitCode, ExitCode = 3, OutputTail = "why" };
        var bundle = await RunDirector.BundleAsync(report, [], CancellationToken.None);
        Assert.That((bundle.ExitCode, bundle.Fault, bundle.Succeeded), Is.EqualTo((3u, "", false)));
    }

    [TestCase(FaultKind.ModuleInvalid, "module")]
    [TestCase(FaultKind.Trap, "trap")]
    [TestCase(FaultKind.FuelExhausted, "fuel")]
    [TestCase(FaultKind.MemoryLimit, "memory")]
    [TestCase(FaultKind.OutputLimit, "output-limit")]
    [TestCase(FaultKind.MissingOutput, "missing-output")]
    public async Task Of_a_program_that_was_stopped_only_the_faults_name_counts(FaultKind fault, string name)
    {
        var early = new TaskReport { Index = 0, Outcome = TaskOutcome.JobFault, Fault = fault, Fuel = 1, Wall = TimeSpan.FromSeconds(1) };
        var late = early with { Fuel = 2, OutputTail = "half a line", ErrorTail = "x", ExitCode = 1 };
        var bundle = await RunDirector.BundleAsync(early, [], CancellationToken.None);
        Assert.That(bundle.Fault, Is.EqualTo(name));
        Assert.That(bundle.Succeeded, Is.False);
        Assert.That((await RunDirector.BundleAsync(late, [], CancellationToken.None)).Encode(), Is.EqualTo(bundle.Encode()));
    }

    [TestCase(FaultKind.WallClock)]
    [TestCase(FaultKind.Host)]
    public void What_another_machine_would_see_otherwise_is_no_outcome(FaultKind fault)
    {
        var report = new TaskReport { Index = 0, Outcome = TaskOutcome.HostFault, Fault = fault };
        Assert.That(async () => await RunDirector.BundleAsync(report, [], CancellationToken.None), Throws.InstanceOf<InvariantException>());
    }
}
