// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Events;

namespace PeerCompute.Simulator.Tests.Events;

/// <summary>The slow and obvious queue.</summary>
internal sealed class SortedQueue : IEventQueue
{
    private readonly SortedSet<SimEvent> _events = new(Comparer<SimEvent>.Create(static (a, b) => SimEvent.Before(a, b) ? -1 : SimEvent.Before(b, a) ? 1 : 0));

    public int Count => _events.Count;

    public long NextAt => _events.Count == 0 ? long.MaxValue : _events.Min.At;

    public void Push(in SimEvent e) => _events.Add(e);

    public bool TryPop(out SimEvent e)
    {
        e = _events.Min;
        return Count > 0 && _events.Remove(e);
    }
}
