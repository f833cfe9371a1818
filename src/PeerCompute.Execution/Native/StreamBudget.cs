// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Native;

/// <summary>The bytes that a program may write to its standard streams together. Used by the threads that read them.</summary>
/// <param name="limit">Bytes.</param>
internal sealed class StreamBudget(long limit)
{
    private readonly TaskCompletionSource _exceeded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _used;

    /// <summary>Completes when a byte too many was written.</summary>
    public Task Exceeded => _exceeded.Task;

    /// <summary>Bytes written, those above the limit included.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Takes bytes.</summary>
    /// <returns>How many of them are within the limit.</returns>
    public int Take(int bytes)
    {
        long before = Interlocked.Add(ref _used, bytes) - bytes;
        if (before + bytes > limit) _exceeded.TrySetResult();
        return (int)Math.Clamp(limit - before, 0, bytes);
    }
}
