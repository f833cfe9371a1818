// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Groups;

/// <summary>What control groups are worth on this host, found by running processes in one.</summary>
/// <param name="Mode">Which version.</param>
/// <param name="Memory">A process that took more memory than its group may have was killed.</param>
/// <param name="Processes">A group with all the processes that it may have got no more.</param>
/// <param name="Note">Why one of them does not hold, and the remedy; empty where both do.</param>
public sealed record GroupReport(GroupMode Mode, bool Memory, bool Processes, string Note)
{
    /// <summary>Before anything was tried.</summary>
    public static GroupReport Unknown { get; } = new(GroupMode.None, false, false, "");

    /// <summary>Whether both bounds hold.</summary>
    public bool Holds => Memory && Processes;

    /// <summary>The mode as people see it: <c>v1</c>, <c>v2</c>, <c>hybrid</c> or <c>none</c>.</summary>
    public string ModeName => Mode.ToString().ToLowerInvariant();
}
