// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Runs;

/// <summary>The tasks of one lease in a child of its own, whoever is the parent of that child.</summary>
public interface ILeaseRun : IAsyncDisposable
{
    /// <summary>
    /// Runs one task to its end. Does not throw for what a program does, nor for a child that dies: the report says it. The files that the report
    /// names lie there until the next task begins or the run is disposed of.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="progress">Hears of fuel used, at most five times a second, and what a native program says; may be null.</param>
    /// <param name="cancellation">Ends the task, which has no report then.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="PeerComputeException">The task's own description is wrong.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled, or this process leaves the run to the next one.</exception>
    ValueTask<TaskReport> RunTaskAsync(TaskSpec task, IProgress<TaskProgress>? progress, CancellationToken cancellation);
}
