// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Execution.Runs;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Node.Runs;

/// <summary>Tells the machine what a running task says of itself, without the job's secrets. What comes while the machine is busy is dropped.</summary>
/// <param name="run">The run.</param>
/// <param name="task">The task.</param>
/// <param name="post">Takes events.</param>
internal sealed class LiveTeller(StartRun run, uint task, Func<NodeEvent, ValueTask> post) : IProgress<TaskProgress>
{
    private Task _posting = Task.CompletedTask;

    /// <inheritdoc/>
    public void Report(TaskProgress value)
    {
        if (value.Live is { } live && value.Index == task && _posting.IsCompleted) _posting = PostAsync(Clean(live));
    }

    private LiveReport Clean(LiveReport live) => run.Secrets.Items.IsEmpty ? live : live with
    {
        Message = Clean(live.Message),
        Lines = [.. live.Lines.Select(Clean)],
    };

    // What stands for a secret may be longer than it.
    private string Clean(string text) => Printable.Line(RunDirector.WithoutSecrets(text, run.Secrets), LiveReport.TextMost);

    private async Task PostAsync(LiveReport live)
    {
        try
        {
            await post(new TaskSaid(run.Run, task, live)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The run was told to end.
        }
    }
}
