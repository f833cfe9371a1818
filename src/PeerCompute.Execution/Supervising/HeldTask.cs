// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Runs;

namespace PeerCompute.Execution.Supervising;

/// <summary>A task in the supervisor: it runs to its end whether anybody listens or not.</summary>
internal sealed class HeldTask : IProgress<TaskProgress>
{
    private readonly CancellationTokenSource _stop;

    /// <summary>Begins a task.</summary>
    /// <param name="run">Its run.</param>
    /// <param name="task">The task.</param>
    /// <param name="before">The task before it: ended, if it still runs.</param>
    /// <param name="end">The end of the run.</param>
    public HeldTask(Task<ILeaseRun> run, TaskSpec task, HeldTask? before, CancellationToken end)
    {
        Index = task.Index;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(end);
        Report = RunAsync(run, task, before);
    }

    /// <summary>Hears of fuel used.</summary>
    public event Action<TaskProgress>? Progressed;

    /// <summary>Number of the task.</summary>
    public ulong Index { get; }

    /// <summary>How it ended.</summary>
    public Task<TaskReport> Report { get; }

    void IProgress<TaskProgress>.Report(TaskProgress value) => Progressed?.Invoke(value);

    private async Task<TaskReport> RunAsync(Task<ILeaseRun> run, TaskSpec task, HeldTask? before)
    {
        await Task.Yield();
        using CancellationTokenSource stop = _stop;
        if (before is { Report.IsCompleted: false })
        {
            await before.StopAsync().ConfigureAwait(false);
            await ((Task)before.Report).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return await (await run.ConfigureAwait(false)).RunTaskAsync(task, this, stop.Token).ConfigureAwait(false);
    }

    private async Task StopAsync()
    {
        try
        {
            await _stop.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // It has ended meanwhile.
        }
    }
}
