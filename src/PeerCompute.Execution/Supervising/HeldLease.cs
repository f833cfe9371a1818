// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Runs;

namespace PeerCompute.Execution.Supervising;

/// <summary>A run in the supervisor, whoever is connected: its start, its task, and the report of its last task.</summary>
internal sealed class HeldLease
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task<ILeaseRun> _run;
    private HeldTask? _task;
    private Task? _ending;

    /// <summary>Begins a run.</summary>
    public HeldLease(StartMessage start, Executors executors)
    {
        (Key, Folder) = (start.Key, start.Folder);
        _run = Task.Run(() => executors.StartAsync(start.Spec, _end.Token));
    }

    /// <summary>What the node calls it.</summary>
    public string Key { get; }

    /// <summary>Everything of it lies there.</summary>
    public string Folder { get; }

    /// <summary>Completes when the child takes tasks; throws as <see cref="WasmExecutor.StartAsync"/>.</summary>
    public Task Started => _run;

    /// <summary>
    /// The task of an index: that which runs, or that which ended last, else a new one. A task that still runs under another index is ended: the
    /// node that asks knows nothing of it any more.
    /// </summary>
    public HeldTask Ask(TaskSpec task)
    {
        lock (_lock)
        {
            if (_task is { } last && last.Index == task.Index) return last;
            return _task = new HeldTask(_run, task, _task, _end.Token);
        }
    }

    /// <summary>Asks the program of the task that runs to end.</summary>
    public async Task EaseAsync(TimeSpan grace)
    {
        await ((Task)_run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_run.IsCompletedSuccessfully) await (await _run.ConfigureAwait(false)).EaseAsync(grace).ConfigureAwait(false);
    }

    /// <summary>Ends the run and deletes its folder.</summary>
    /// <returns>When nothing of it is left.</returns>
    public Task EndAsync()
    {
        lock (_lock) return _ending ??= EndOnceAsync();
    }

    private async Task EndOnceAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await ((Task)_run).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_run.IsCompletedSuccessfully) await (await _run.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        if (_task is { } task) await ((Task)task.Report).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Debris.Remove(Folder);
    }
}
