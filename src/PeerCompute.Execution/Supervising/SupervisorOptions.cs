// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Supervising;

/// <summary>How a node keeps a supervisor.</summary>
public sealed record SupervisorOptions
{
    /// <summary>How long runs go on without a process of the node, where nobody says otherwise.</summary>
    public static readonly TimeSpan UsualOutlive = TimeSpan.FromSeconds(60);

    /// <summary>A folder of the node's own, used for nothing else; its path takes at most 100 bytes.</summary>
    public required string Folder { get; init; }

    /// <summary>How long runs go on after the last sign of life of a process of the node.</summary>
    public TimeSpan Outlive { get; init; } = UsualOutlive;

    /// <summary>The program that has the hidden verb; null: the running program.</summary>
    public SandboxCommand? Command { get; init; }

    /// <summary>Told one line about what a person should know.</summary>
    public Action<string> Log { get; init; } = static _ => { };
}
