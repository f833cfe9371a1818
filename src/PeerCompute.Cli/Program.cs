// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Cli.Commands;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Cli;

/// <summary>The one executable: daemon, client verbs, simulator and the hidden sandbox verb.</summary>
internal static class Program
{
    private const string SandboxVerb = "sandbox-child";

    // The sandboxed child of a node is this executable too: nothing of the command line may slow its start.
    private static Task<int> Main(string[] args) =>
        args is [SandboxVerb, ..] ? Task.FromResult(SandboxChild.Run(args.AsSpan(1))) : CommandLine.RunAsync(args);
}
