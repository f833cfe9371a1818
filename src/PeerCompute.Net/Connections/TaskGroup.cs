// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Net.Connections;

/// <summary>Tasks in the background that are joined at the end. Each of them handles its own failures; cancellation is an end like any other.</summary>
internal sealed class TaskGroup
{
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running = 1;

    /// <summary>Starts a task.</summary>
    public void Run(Func<Task> body)
    {
        Interlocked.Increment(ref _running);
        _ = Task.Run(async () =>
        {
            try
            {
                await body().ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Asked to end.
            }
            finally
            {
                Leave();
            }
        });
    }

    /// <summary>Waits until all have ended, or for so long.</summary>
    public async Task JoinAsync(TimeSpan limit)
    {
        Leave();
        await Task.WhenAny(_idle.Task, Task.Delay(limit)).ConfigureAwait(false);
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _running) == 0) _idle.TrySetResult();
    }
}
