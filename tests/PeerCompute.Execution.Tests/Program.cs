// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Escapes;
using PeerCompute.Execution.Gpu;
using PeerCompute.Execution.Groups;
using PeerCompute.Execution.Images;
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Runs;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Execution.Supervising;
using PeerCompute.Execution.Tests.Sandbox;
using PeerCompute.Execution.Tests.Supervising;

namespace PeerCompute.Execution.Tests;

/// <summary>The test assembly as a program: the sandboxed child of its own tests, and a node that is about to be killed.</summary>
internal static class Program
{
    /// <summary>Starts a lease that never ends and prints the id of its child: <c>hold walled|plain FOLDER</c>.</summary>
    public const string Hold = "hold";

    /// <summary>Prints the isolation class and runs a program once: <c>once MODULE</c>.</summary>
    public const string Once = "once";

    /// <summary>Plays a broken-out engine and prints each attempt: <c>escape walled|open</c>.</summary>
    public const string Escape = "escape";

    /// <summary>Runs a shell behind the walls of native programs and prints what it said: <c>native SCRIPT</c>.</summary>
    public const string Native = "native";

    /// <summary>Tries control groups and prints what they are worth, by hand on a system of another kind: <c>groups</c>.</summary>
    public const string Groups = "groups";

    /// <summary>Imports an image: <c>import STORE PATH</c>.</summary>
    public const string Import = "import";

    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case [SandboxCommand.Verb, .. var rest]:
                return SandboxChild.Run(rest);
            case [GpuChild.Verb, .. var rest]:
                return GpuChild.Run(rest);
            case [Supervisor.Verb, .. var rest]:
                string? fast = Environment.GetEnvironmentVariable(FastChild.Variable);
                return await Supervisor.RunAsync(rest, fast is null ? Children.Walled : FastChild.Options(fast));
            case [Hold, var walls, var folder]:
                using (var executor = new WasmExecutor(walls == "walled" ? Children.Walled : Children.WithoutBubblewrap))
                {
                    var spec = new LeaseRunSpec { ModulePath = Samples.Misc("loop"), WorkRoot = folder, FuelPerTask = long.MaxValue };
                    await using LeaseRun run = await executor.StartAsync(spec, CancellationToken.None);
                    await run.RunTaskAsync(new TaskSpec { Index = 0 }, new Announcement(run), CancellationToken.None);
                    return 0;
                }

            case [Once, var module]:
                using (var executor = new WasmExecutor(Children.Walled))
                {
                    SandboxReport sandbox = await executor.ProbeAsync(CancellationToken.None);
                    Console.Out.WriteLine($"{sandbox.Isolation.Name()} {string.Join("; ", sandbox.Notes)}".Trim());
                    var spec = new LeaseRunSpec { ModulePath = module, WorkRoot = Path.GetTempPath() };
                    await using LeaseRun run = await executor.StartAsync(spec, CancellationToken.None);
                    TaskReport report = await run.RunTaskAsync(new TaskSpec { Index = 0 }, null, CancellationToken.None);
                    Console.Out.WriteLine($"{report.Outcome} {report.Text}".Trim());
                    return 0;
                }

            case [Escape, var walls]:
                SandboxReport found = await SandboxProbe.RunAsync(Children.Walled, CancellationToken.None);
                EscapeReport escapes = walls == "walled"
                    ? await EscapeProbe.RunAsync(Children.Walled, found, EscapeProbe.CommonFiles, CancellationToken.None)
                    : await EscapeProbe.RunInTheOpenAsync(Children.Walled, EscapeProbe.CommonFiles, CancellationToken.None);
                foreach (EscapeAttempt attempt in escapes.Attempts) Console.Out.WriteLine($"{attempt.Kind} {attempt.Stopped}");
                return 0;

            case [Native, var script]:
                NativeReport native = await new NativeExecutor(Children.Walled).RunAsync(
                    new NativeRunSpec { Arguments = ["/bin/sh", "-c", script], Processes = 20 }, CancellationToken.None);
                Console.Out.WriteLine($"{native.Outcome} {native.OutputTail.Trim()}{native.Text}{native.ErrorTail}");
                return 0;

            case [Import, var store, var path]:
                new ImageStore(store).Import(new ImageRequest(path) { Name = "killed" }, null, CancellationToken.None);
                return 0;

            case [Groups]:
                foreach (GroupPlace place in GroupTree.OfThisHost.Places) Console.Out.WriteLine(place);
                GroupReport groups = await GroupProbe.RunAsync(GroupTree.OfThisHost, TimeSpan.FromMinutes(1), CancellationToken.None);
                Console.Out.WriteLine(groups);
                foreach ((_, string made) in GroupTree.OfThisHost.Prepare()) Console.Out.WriteLine(made);
                return groups.Holds ? 0 : 1;

            default:
                return 64;
        }
    }

    private sealed class Announcement(LeaseRun run) : IProgress<TaskProgress>
    {
        public void Report(TaskProgress value) => Console.Out.WriteLine(run.ChildId);
    }
}
