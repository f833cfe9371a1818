// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Versioning;
using PeerCompute.Execution.Gpu;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;

namespace PeerCompute.Execution.Tests.Gpu;

/// <summary>
/// What a task left on a card, be it killed, is gone before the next thing starts there. The card's memory is a file, which like a card's outlives its
/// process and is
/// not cleared by whoever allocates it: these tests fail without the wipe.
/// </summary>
[TestFixture]
[Platform("Linux")]
[SupportedOSPlatform("linux")]
internal sealed class CardMemoryTest : CardFixture
{
    private const uint Pattern = 0xC0FFEE42;
    private const int PatternItems = 256 << 10;

    private static readonly GpuProgram Endless = CudaTest.One("endless", ".param .u64 b") with
    {
        Buffers = [new GpuBuffer("b", 4 * PatternItems, "", "b")],
        Launches = [new GpuLaunch("endless", [PatternItems], [64], [GpuArgument.Buffer(0)])],
    };

    [Test]
    public async Task The_pattern_of_a_killed_task_is_not_found_by_the_next()
    {
        await LeavePatternAsync();
        NativeReport report = await RunAsync(CudaTest.One("look", ".param .u64 found"));
        Assert.That(report.Outcome, Is.EqualTo(TaskOutcome.Ok), Said(report));
        Assert.That(BitConverter.ToInt32(await File.ReadAllBytesAsync(report.Outputs.Single().Path)), Is.Zero);
        Assert.That(Words(0, 0xAAAAAAAA), Is.EqualTo(CardBytes / 4), "the other card is nobody's business");
    }

    [Test]
    public async Task What_the_owners_program_left_between_two_tasks_is_not_found_by_the_second()
    {
        NativeReport first = await RunAsync(CudaTest.One("work", ".param .u64 b"));
        Assert.That(first.Outcome, Is.EqualTo(TaskOutcome.Ok), Said(first));
        using (FileStream memory = File.OpenWrite(Node("nvidia1")))
        {
            memory.Position = CardBytes / 2;
            memory.Write(BitConverter.GetBytes(Pattern));
        }

        Assert.That(Words(1, Pattern), Is.EqualTo(1));
        NativeReport report = await RunAsync(CudaTest.One("look", ".param .u64 found"));
        Assert.That(report.Outcome, Is.EqualTo(TaskOutcome.Ok), Said(report));
        Assert.That(BitConverter.ToInt32(await File.ReadAllBytesAsync(report.Outputs.Single().Path)), Is.Zero);
    }

    [Test]
    public async Task The_pattern_of_a_killed_task_is_not_found_by_a_native_program_that_is_granted_the_card()
    {
        await LeavePatternAsync();
        for (int i = 0; i < 2; i++)
        {
            // Reads all of the card, then leaves something there.
            var spec = new NativeRunSpec
            {
                Arguments = ["/bin/sh", "-c", "tr -d '\\0' </dev/nvidia1 | wc -c; printf secret | dd of=/dev/nvidia1 conv=notrunc status=none"],
                Wall = TimeSpan.FromMinutes(2),
            };
            NativeReport report = await Executor.RunGrantedAsync(spec, Card(1), CancellationToken.None);
            Assert.That((report.Outcome, report.OutputTail.Trim()), Is.EqualTo((TaskOutcome.Ok, "0")), Said(report));
        }
    }

    /// <summary>Kills a task as soon as its pattern is on the card, as an owner does who takes the machine back.</summary>
    private async Task LeavePatternAsync()
    {
        using var kill = new CancellationTokenSource();
        Task<NativeReport> running = RunAsync(Endless, cancellation: kill.Token);
        while (Words(1, Pattern) < PatternItems)
        {
            Assert.That(running.IsCompleted, Is.False, "it runs until it is killed");
            await Task.Delay(20);
        }

        await kill.CancelAsync();
        Assert.That(async () => await running, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Words(1, Pattern), Is.EqualTo(PatternItems), "it is there after the kill");
    }
}
