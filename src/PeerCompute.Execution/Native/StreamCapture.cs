// SPDX-License-Identifier: Apache-2.0
using System.IO.Pipes;
using System.Text;
using PeerCompute.Execution.Guests;

namespace PeerCompute.Execution.Native;

/// <summary>Reads what a program writes to one of its standard streams, keeps the end of it, and says when all streams together exceed their limit.</summary>
internal sealed class StreamCapture : IDisposable
{
    private const int TailBytes = 32 << 10;
    private const int ReaderStackBytes = 128 << 10;
    private readonly AnonymousPipeServerStream _pipe = new(PipeDirection.In);
    private readonly TailBuffer _tail = new(TailBytes);
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when no process can write any more.</summary>
    public Task End => _end.Task;

    /// <summary>The end that the program gets; whoever takes it closes it.</summary>
    public int TakeWriter() => Pipes.TakeTheirs(_pipe);

    /// <summary>Begins to read. Every byte beyond the budget is read and thrown away, so that the program can be ended rather than stuck.</summary>
    public void Begin(StreamBudget budget) => new Thread(() => Read(budget), ReaderStackBytes) { IsBackground = true, Name = "output of a job" }.Start();

    /// <summary>What the program says of itself in this stream; null where nobody listens. Set before <see cref="Begin"/>.</summary>
    public LiveLines? Live { get; set; }

    /// <summary>The end of what was written.</summary>
    public string Tail()
    {
        lock (_lock) return Encoding.UTF8.GetString(_tail.ToArray());
    }

    /// <inheritdoc/>
    public void Dispose() => _pipe.Dispose();

    private void Read(StreamBudget budget)
    {
        byte[] chunk = new byte[16 << 10];
        try
        {
            for (int count; (count = _pipe.Read(chunk)) > 0;)
            {
                int fits = budget.Take(count);
                lock (_lock) _tail.Add(chunk.AsSpan(0, fits));
                Live?.Add(chunk.AsSpan(0, fits));
            }
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            // What was read is kept.
        }

        _end.SetResult();
    }
}
