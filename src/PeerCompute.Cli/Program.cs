// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Cli;

/// <summary>The one executable: daemon, client verbs, simulator and the hidden sandbox verb.</summary>
internal static class Program
{
    // The sandboxed child comes first: every lease starts one, and it needs nothing of the rest.
    private static int Main(string[] args) => args is [SandboxCommand.Verb, .. var rest] ? SandboxChild.Run(rest) : 0;
}
