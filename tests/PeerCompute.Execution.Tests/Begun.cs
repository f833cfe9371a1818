// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Runs;

namespace PeerCompute.Execution.Tests;

/// <summary>Waits for the first sign that a task runs.</summary>
internal sealed class Begun : IProgress<TaskProgress>
{
    private readonly TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at that sign.</summary>
    public Task Progress => _progress.Task;

    public void Report(TaskProgress value) => _progress.TrySetResult();
}
