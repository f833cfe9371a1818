// SPDX-License-Identifier: Apache-2.0
using System.Collections.Concurrent;

namespace PeerCompute.Node.Mesh;

/// <summary>Questions that wait for an answer of the machine, each under a number.</summary>
/// <typeparam name="T">What is answered.</typeparam>
internal sealed class Tickets<T>
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<T>> _open = new();
    private long _last;

    /// <summary>Asks under a new number and waits.</summary>
    /// <param name="ask">Puts the question; given the number.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public async Task<T> AskAsync(Func<long, ValueTask> ask, CancellationToken cancel)
    {
        var number = Interlocked.Increment(ref _last);
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[number] = answer;
        try
        {
            await ask(number).ConfigureAwait(false);
            return await answer.Task.WaitAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            _open.TryRemove(number, out _);
        }
    }

    /// <summary>Answers; nothing where nobody waits any more.</summary>
    public void Answer(long number, T answer)
    {
        if (_open.TryRemove(number, out var open)) open.TrySetResult(answer);
    }
}
