// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Checkpoints;

/// <summary>How checkpoints of a running native program are taken (docs/execution.md#checkpoints).</summary>
/// <param name="Folder">Plain name of the folder, in the work folder, that the program writes.</param>
/// <param name="Every">Time between two looks at it.</param>
/// <param name="MostBytes">Most bytes of its files together.</param>
/// <param name="Drop">
/// A folder of the caller's, to which checkpoints go as <c>NUMBER.pack</c>, packed folders, and why there is none as <c>NUMBER.why</c>, one line. The caller
/// takes them away; a new one is made only when the one before is gone.
/// </param>
public sealed record CheckpointPlan(string Folder, TimeSpan Every, long MostBytes, string Drop)
{
    /// <summary>Where a task that goes on finds the last checkpoint, as the program sees it; only to be read.</summary>
    public const string ResumeFolder = ".resume";

    /// <summary>The environment variable that names it.</summary>
    public const string ResumeVariable = "PEERCOMPUTE_RESUME";

    /// <summary>End of names that are no part of a checkpoint: a program writes under such a name first.</summary>
    public const string Unfinished = ".tmp";

    /// <summary>End of the name of a checkpoint in <see cref="Drop"/>.</summary>
    public const string Pack = ".pack";

    /// <summary>End of the name of a reason in <see cref="Drop"/>.</summary>
    public const string Why = ".why";
}
