// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using PeerCompute.Architecture.Tests.Il;

namespace PeerCompute.Architecture.Tests;

/// <summary>No thread waits for a task: what is asynchronous is awaited. Read from the compiled code.</summary>
[TestFixture]
internal sealed class BlockingTest
{
    private static readonly Regex Blocking = new(
        @"^System\.Threading\.Tasks\.Task(`1)?::(get_Result|Wait|WaitAll|WaitAny)$|^System\.Runtime\.CompilerServices\.\w*TaskAwaiter\S*::GetResult$");

    /// <summary>Readers of a task that is over, and the one shape that a generated stub asks for.</summary>
    private static readonly string[] Excused =
    [
        "PeerCompute.Api.Carrier.HttpCall`2::GetStatus",
        "PeerCompute.Api.Carrier.HttpCall`2::DisposeResponse",
        "PeerCompute.Api.Carrier.HttpCallInvoker::BlockingUnaryCall",
    ];

    private static Room[] Shells => [.. House.Rooms.Where(room => !room.Pure)];

    [TestCaseSource(nameof(Shells))]
    public void No_thread_waits_for_a_task(Room room)
    {
        using var scan = new AssemblyScan(room.BuiltAssembly);
        Assert.That(scan.Uses(_ => true).Where(use => Waits(use) && !Excused.Contains(use.User)), Is.Empty);
    }

    [Test]
    public void The_scan_tells_waiting_from_awaiting()
    {
        using var scan = new AssemblyScan(typeof(BlockingTest).Assembly.Location);
        var waiting = scan.Uses(type => type == typeof(BlockingTest).FullName).Where(Waits).Select(use => use.User.Split("::")[1]).Distinct();
        Assert.That(waiting, Is.EquivalentTo(new[] { nameof(Result), nameof(Wait), nameof(Awaiter) }));
    }

    // An awaited task's result is read in MoveNext; <Main> is the compiler's door to an asynchronous Main.
    private static bool Waits(Use use) =>
        Blocking.IsMatch(use.Used) && !use.User.EndsWith("::MoveNext", StringComparison.Ordinal) && !use.User.EndsWith("::<Main>", StringComparison.Ordinal);

    private static int Result(Task<int> task) => task.Result;

    private static void Wait(Task task) => task.Wait();

    private static int Awaiter(ValueTask<int> task) => task.GetAwaiter().GetResult();

    private static async Task<int> Awaited(Task<int> task) => await task.ConfigureAwait(false) + await task;
}
