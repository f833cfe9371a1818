// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Node.Loops;

/// <summary>What waits for the journal, in order. Released from the journal's thread, added to from the loop.</summary>
internal sealed class Held
{
    private readonly Lock _gate = new();
    private readonly Queue<(long Entry, Action Release)> _queue = new();
    private long _durable;

    /// <summary>Things that wait.</summary>
    public int Count
    {
        get { lock (_gate) return _queue.Count; }
    }

    /// <summary>Does something once an entry is durable, and after everything that was handed in before.</summary>
    /// <param name="entry">Number of the last entry that it rests on; 0 for none.</param>
    /// <param name="release">What to do; never blocks.</param>
    public void Add(long entry, Action release)
    {
        lock (_gate)
        {
            if (_queue.Count == 0 && entry <= _durable) release();
            else _queue.Enqueue((entry, release));
        }
    }

    /// <summary>All entries up to a number are durable.</summary>
    public void Durable(long entry)
    {
        lock (_gate)
        {
            _durable = entry;
            while (_queue.TryPeek(out var first) && first.Entry <= _durable)
            {
                first.Release();
                _queue.Dequeue();
            }
        }
    }
}
