// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Checkpoints;

namespace PeerCompute.Execution.Runs;

/// <summary>One task of a lease.</summary>
public sealed record TaskSpec
{
    /// <summary>Number of the task in its job.</summary>
    public required ulong Index { get; init; }

    /// <summary>Arguments, after the program's name.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Environment, as NAME=value.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>How checkpoints of a native program are taken; null: none are.</summary>
    public CheckpointPlan? Checkpoint { get; init; }

    /// <summary>Where the last checkpoint of the task lies, laid out, for the program to go on from; null: it begins.</summary>
    public string? Resume { get; init; }

    /// <summary>Files that the program must have written, relative to its folder, with forward slashes; a folder
    /// where the name ends in a slash. Others are thrown away.</summary>
    public IReadOnlyList<string> OutputNames { get; init; } = [];
}
