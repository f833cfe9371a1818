// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Native;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Sandbox.Tests.Children;
using PeerCompute.Sandbox.Tests.Runs;
using PeerCompute.Sandbox.Tests.Table;

namespace PeerCompute.Sandbox.Tests;

/// <summary>The test assembly as a program: a node of another user, and its child.</summary>
internal static class Program
{
    /// <summary>Makes attempts behind the walls and prints what became of each: <c>try CHILD FOLDER [NAME...]</c>.</summary>
    public const string Try = "try";

    /// <summary>Runs a native program behind the walls and prints how it ended: <c>native PROGRAM [ARGUMENT...]</c>.</summary>
    public const string Native = "native";

    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case [SandboxCommand.Verb]:
                return HostileChild.Serve();
            case [SandboxCommand.Verb, .. var rest]:
                return SandboxChild.Run(rest);
            case [Try, var child, var folder, .. var names]:
                return await AttemptsRunner.RunAsync(Enum.Parse<Child>(child), folder, names);
            case [Native, .. var arguments]:
                var executor = new NativeExecutor(new SandboxOptions());
                NativeReport report = await executor.RunAsync(new NativeRunSpec { Arguments = arguments }, CancellationToken.None);
                Console.Out.WriteLine($"{report.Outcome} {report.Fault} {report.ExitCode} {report.OutputTail.Trim()} {report.ErrorTail.Trim()} {report.Text}");
                return 0;
            default:
                return 64;
        }
    }
}
