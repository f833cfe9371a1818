// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Groups;

namespace PeerCompute.Execution.Sandbox;

/// <summary>What the sandbox of this host is worth, found by running a child in it.</summary>
/// <param name="Isolation">The class that holds.</param>
/// <param name="Walls">Each wall, and whether it held when a child tried it.</param>
/// <param name="Notes">Why the class is no higher, and what would raise it; empty at the highest.</param>
public sealed record SandboxReport(IsolationClass Isolation, IReadOnlyList<KeyValuePair<string, bool>> Walls, IReadOnlyList<string> Notes)
{
    /// <summary>Whether the kernel bounds a child's memory by a control group too; no class of WebAssembly programs depends on it.</summary>
    public bool ControlGroups { get; init; }

    /// <summary>What control groups are worth here.</summary>
    public GroupReport Groups { get; init; } = GroupReport.Unknown;

    /// <summary>Path of bubblewrap where it is used, else null.</summary>
    public string? Bubblewrap { get; init; }
}
