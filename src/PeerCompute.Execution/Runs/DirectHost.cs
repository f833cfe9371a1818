// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Runs;

/// <summary>Children of this process: they end when it does.</summary>
/// <param name="executor">Starts them; not disposed of here.</param>
public sealed class DirectHost(WasmExecutor executor) : IRunHost
{
    /// <inheritdoc/>
    public IReadOnlyCollection<string> Unclaimed => [];

    /// <inheritdoc/>
    public bool HasLeft => false;

    /// <inheritdoc/>
    public ValueTask<ILeaseRun?> ClaimAsync(string key, CancellationToken cancellation) => ValueTask.FromResult<ILeaseRun?>(null);

    /// <inheritdoc/>
    public async ValueTask<ILeaseRun> StartAsync(string key, string folder, LeaseRunSpec spec, CancellationToken cancellation) =>
        new FolderRun(await executor.StartAsync(spec, cancellation).ConfigureAwait(false), folder);

    /// <inheritdoc/>
    public void Leave()
    {
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A run whose folder goes with it.</summary>
    private sealed class FolderRun(LeaseRun run, string folder) : ILeaseRun
    {
        public ValueTask<TaskReport> RunTaskAsync(TaskSpec task, IProgress<TaskProgress>? progress, CancellationToken cancellation) =>
            run.RunTaskAsync(task, progress, cancellation);

        public async ValueTask DisposeAsync()
        {
            await run.DisposeAsync().ConfigureAwait(false);
            Debris.Remove(folder);
        }
    }
}
