// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Tests.Sandbox;

/// <summary>How tests start children: with every wall of this host, or without bubblewrap.</summary>
internal static class Children
{
    public static SandboxOptions Walled { get; } = new() { Command = SandboxCommand.ForAssembly(typeof(Children).Assembly.Location),
        StartTimeout = TimeSpan.FromMinutes(1) };

    public static SandboxOptions WithoutBubblewrap { get; } = Walled with { SearchPath = "/nowhere" };
}
