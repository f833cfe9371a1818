// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.IO.Pipes;
using PeerCompute.Base.Linux;
using PeerCompute.Execution.Groups;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Native;

/// <summary>Bubblewrap: tells the first process through one pipe (<c>--info-fd</c>), and waits at another (<c>--block-fd</c>).</summary>
/// <param name="plan">What it is given.</param>
internal sealed class BubblewrapLauncher(NativePlan plan) : INativeLauncher
{
    private readonly AnonymousPipeServerStream _facts = new(PipeDirection.In), _gate = new(PipeDirection.Out);

    /// <inheritdoc/>
    public int OwnProcesses => 2; // the outer one, and the first of the namespace

    /// <inheritdoc/>
    public int OwnThreads => 0;

    /// <inheritdoc/>
    public long OwnBytes => 0; // too little to matter

    /// <inheritdoc/>
    public string? OpenFolder => plan.OpenFolder;

    /// <inheritdoc/>
    public Task<Spawned> StartAsync(IReadOnlyList<int> streams, ControlGroup? group, NetworkWatch watch)
    {
        int[] fed = plan.Fed is not { } files ? [] :
        [
            ChildProcess.MemoryFile(files.Filter), ChildProcess.MemoryFile(files.Options), Pipes.TakeTheirs(_facts), Pipes.TakeTheirs(_gate),
            ChildProcess.MemoryFile(files.Users), ChildProcess.MemoryFile(files.Groups),
        ];
        return Spawned.StartAsync(StartShell.Around(plan.Program, group?.Doors ?? []), plan.Environment, [.. streams, .. fed], plan.Watched ? watch : null);
    }

    /// <inheritdoc/>
    public async Task<(OtherProcess First, string Root)?> StandAsync(Spawned process, CancellationToken cancellation)
    {
        string facts = await Pipes.ReadAllAsync(_facts).WaitAsync(cancellation).ConfigureAwait(false);
        if (BubblewrapFacts.Hold(facts, process.Id) is not var (id, first)) return null;
        string root = string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/root");
        while (!Directory.Exists($"{root}/{plan.Mark}"))
        {
            if (process.End.IsCompleted || cancellation.IsCancellationRequested)
            {
                first.Dispose();
                cancellation.ThrowIfCancellationRequested();
                return null;
            }

            await Task.Delay(1, CancellationToken.None).ConfigureAwait(false);
        }

        return (first, root);
    }

    /// <inheritdoc/>
    public void OpenGate() => _gate.WriteByte(1);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _facts.DisposeAsync().ConfigureAwait(false);
        await _gate.DisposeAsync().ConfigureAwait(false);
    }
}
