// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Cli.Commands;
using PeerCompute.Cli.Simulating;
using PeerCompute.Execution.Gpu;
using PeerCompute.Execution.Sandbox;
using PeerCompute.Execution.Supervising;

namespace PeerCompute.Cli;

/// <summary>The one executable: daemon, client verbs, simulator and the hidden verbs of the sandbox.</summary>
internal static class Program
{
    private const string SandboxVerb = "sandbox-child";
    private const string SupervisorVerb = "supervisor";

    // The sandboxed child of a node is this executable too: nothing of the command line may slow its start.
    private static Task<int> Main(string[] args) => args switch
    {
        [SandboxVerb, ..] => Task.FromResult(SandboxChild.Run(args.AsSpan(1))),
        [GpuChild.Verb, ..] => Task.FromResult(GpuChild.Run(args.AsSpan(1))),
        [SupervisorVerb, .. var rest] => Supervisor.RunAsync(rest, new SandboxOptions()),
        ["sim", "run" or "gossipsub-interop", ..] => SimulateAsync(args),
        _ => CommandLine.RunAsync(args),
    };

    private static Task<int> SimulateAsync(string[] args)
    {
        SimRuntime.Tune(args);
        return CommandLine.RunAsync(args);
    }
}
