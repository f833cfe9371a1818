// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Native;

namespace PeerCompute.Execution.Runs;

/// <summary>Children of this process: they end when it does.</summary>
/// <param name="executors">Start them; not disposed of here.</param>
public sealed class DirectHost(Executors executors) : IRunHost
{
    /// <summary>A host with an executor of native programs of its own.</summary>
    /// <param name="wasm">Starts WebAssembly programs; not disposed of here.</param>
    public DirectHost(WasmExecutor wasm)
        : this(new Executors(wasm, new NativeExecutor(wasm.Options)))
    {
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Unclaimed => [];

    /// <inheritdoc/>
    public bool HasLeft => false;

    /// <inheritdoc/>
    public ValueTask<ILeaseRun?> ClaimAsync(string key, CancellationToken cancellation) => ValueTask.FromResult<ILeaseRun?>(null);

    /// <inheritdoc/>
    public async ValueTask<ILeaseRun> StartAsync(string key, string folder, LeaseRunSpec spec, CancellationToken cancellation) =>
        new FolderRun(await executors.StartAsync(spec, cancellation).ConfigureAwait(false), folder);

    /// <inheritdoc/>
    public void Leave()
    {
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A run whose folder goes with it.</summary>
    private sealed class FolderRun(ILeaseRun run, string folder) : ILeaseRun
    {
        public string Folder => folder;

        public ValueTask<TaskReport> RunTaskAsync(TaskSpec task, IProgress<TaskProgress>? progress, CancellationToken cancellation) =>
            run.RunTaskAsync(task, progress, cancellation);

        public ValueTask<bool> EaseAsync(TimeSpan grace) => run.EaseAsync(grace);

        public async ValueTask DisposeAsync()
        {
            await run.DisposeAsync().ConfigureAwait(false);
            Debris.Remove(folder);
        }
    }
}
