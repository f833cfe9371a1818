// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Tests;

/// <summary>The test assembly as a program: the sandboxed child of its own tests.</summary>
internal static class Program
{
    private static int Main(string[] args) => args is [SandboxCommand.Verb, .. var rest] ? SandboxChild.Run(rest) : 64;
}
