// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Execution.Checkpoints;
using PeerCompute.Execution.Runs;
using PeerCompute.Node.Blobs;
using PeerCompute.Node.Homes;
using PeerCompute.Wire.Checkpoints;

namespace PeerCompute.Node.Checkpoints;

/// <summary>
/// Runs a task whose program writes checkpoints: gives it the last one, and brings what it writes into the store while it runs. The issuer's own
/// confirmation takes none and goes on from none.
/// </summary>
/// <param name="store">Has and takes packs.</param>
/// <param name="log">Lines for the operator.</param>
internal sealed class CheckpointedTask(BlobStore store, Action<string> log)
{
    /// <summary>Lines for the operator about the checkpoints of one run of a task: a program chooses how often it writes what can be none.</summary>
    public const int LinesMost = 8;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs a task.</summary>
    /// <param name="lease">Where.</param>
    /// <param name="run">What the task is of.</param>
    /// <param name="task">The task.</param>
    /// <param name="progress">Hears of the task while it runs; may be null.</param>
    /// <param name="isClaimed">Whether an earlier process of the node may have begun it.</param>
    /// <param name="post">Takes <see cref="CheckpointMade"/>.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>How it ended; all its checkpoints are told of then.</returns>
    public async Task<TaskReport> RunAsync(
        ILeaseRun lease, StartRun run, TaskSpec task, IProgress<TaskProgress>? progress, bool isClaimed, Func<NodeEvent, ValueTask> post,
        CancellationToken stop)
    {
        if (run.Spec.Checkpoint is not { } terms || run.Run.Role != RunRole.Work || lease.Folder.Length == 0)
            return await lease.RunTaskAsync(task, progress, stop).ConfigureAwait(false);
        var (limits, drop) = (run.Spec.Limits, Path.Combine(lease.Folder, "checkpoints"));
        Disk.MakeFolder(drop);
        var packer = new CheckpointPacker(store);
        var every = TimeSpan.FromMilliseconds(limits.CheckpointEveryMs);
        task = task with { Checkpoint = new CheckpointPlan(terms.Path, every, (long)limits.CheckpointBytes, drop) };
        if (run.Resume is { } resume && resume.Task == task.Index && !isClaimed)
            task = task with { Resume = await LayOutAsync(resume, limits.CheckpointBytes, lease.Folder, packer, stop).ConfigureAwait(false) };
        var lines = 0;
        var report = lease.RunTaskAsync(task, progress, stop).AsTask();
        while (!report.IsCompleted)
        {
            await Task.WhenAny(report, Task.Delay(Between, stop)).ConfigureAwait(false);
            await ShipAsync(drop, packer, run, (uint)task.Index, Tell, post, stop).ConfigureAwait(false);
        }

        await ShipAsync(drop, packer, run, (uint)task.Index, Tell, post, stop).ConfigureAwait(false);
        return await report.ConfigureAwait(false);

        void Tell(string line)
        {
            if (lines++ < LinesMost) log($"lease {run.Run.LeaseId.Short()}: {line}");
        }
    }

    private async Task<string> LayOutAsync(Checkpoint resume, ulong mostBytes, string folder, CheckpointPacker packer, CancellationToken stop)
    {
        var place = Path.Combine(folder, "resume");
        Debris.Remove(place);
        Disk.MakeFolder(place);
        var (files, packed, pieces) = await new CheckpointOpener(store).OpenAsync(resume, mostBytes, place, stop).ConfigureAwait(false);
        packer.GoOn(resume, packed, pieces);
        File.Delete(packed.Path);
        return files;
    }

    /// <summary>Brings what lies in the drop into the store, and tells of it. What cannot be kept is said, and the task goes on.</summary>
    private static async Task ShipAsync(
        string drop, CheckpointPacker packer, StartRun run, uint task, Action<string> tell, Func<NodeEvent, ValueTask> post, CancellationToken stop)
    {
        foreach (var file in Directory.GetFiles(drop).Order(StringComparer.Ordinal))
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                if (file.EndsWith(CheckpointPlan.Why, StringComparison.Ordinal))
                {
                    var why = await File.ReadAllTextAsync(file, stop).ConfigureAwait(false);
                    tell($"there is no checkpoint of task {task}, which goes on: {why}");
                }
                else if (file.EndsWith(CheckpointPlan.Pack, StringComparison.Ordinal))
                {
                    var checkpoint = await packer.PackAsync(file, task, stop).ConfigureAwait(false);
                    await post(new CheckpointMade(run.Run, checkpoint)).ConfigureAwait(false);
                }
                else
                {
                    continue;
                }
            }
            catch (Exception e) when (e is PeerComputeException or WireException or IOException or UnauthorizedAccessException)
            {
                tell($"a checkpoint of task {task}, which goes on, is not kept: {e.Message}");
            }

            File.Delete(file);
        }
    }
}
