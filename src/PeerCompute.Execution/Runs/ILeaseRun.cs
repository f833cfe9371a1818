// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;

namespace PeerCompute.Execution.Runs;

/// <summary>The tasks of one lease in a child of its own, whoever is the parent of that child.</summary>
public interface ILeaseRun : IAsyncDisposable
{
    /// <summary>Everything of the run lies in it, and goes with it; empty where that is nobody's to know.</summary>
    string Folder => "";

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

    /// <summary>
    /// Asks the program of the task that runs to end, where it is one that can be asked: a native one gets SIGTERM. Its task ends within the time, its last
    /// checkpoint taken, and has no result.
    /// </summary>
    /// <param name="grace">How long it may take; then it is killed.</param>
    /// <returns>When it is asked; false where it cannot be.</returns>
    ValueTask<bool> EaseAsync(TimeSpan grace) => ValueTask.FromResult(false);
}
