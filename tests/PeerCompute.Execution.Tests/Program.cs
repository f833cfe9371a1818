// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Execution.Tests.Sandbox;

namespace PeerCompute.Execution.Tests;

/// <summary>The test assembly as a program: the sandboxed child of its own tests, and a node that is about to be killed.</summary>
internal static class Program
{
    /// <summary>Starts a lease that never ends and prints the id of its child: <c>hold walled|plain FOLDER</c>.</summary>
    public const string Hold = "hold";

    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case [SandboxCommand.Verb, .. var rest]:
                return SandboxChild.Run(rest);
            case [Hold, var walls, var folder]:
                using (var executor = new WasmExecutor(walls == "walled" ? Children.Walled : Children.WithoutBubblewrap))
                {
                    var spec = new LeaseRunSpec { ModulePath = Samples.Misc("loop"), WorkRoot = folder, FuelPerTask = long.MaxValue };
                    await using LeaseRun run = await executor.StartAsync(spec, CancellationToken.None);
                    await run.RunTaskAsync(new TaskSpec { Index = 0 }, new Announcement(run), CancellationToken.None);
                    return 0;
                }

            default:
                return 64;
        }
    }

    private sealed class Announcement(LeaseRun run) : IProgress<TaskProgress>
    {
        public void Report(TaskProgress value) => Console.Out.WriteLine(run.ChildId);
    }
}
