// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Events;

/// <summary>A 4-ary heap: half the depth of a binary one, and four children lie side by side in memory.</summary>
internal sealed class HeapEventQueue : IEventQueue
{
    private SimEvent[] _items = new SimEvent[1024];

    public int Count { get; private set; }

    public long NextAt => Count == 0 ? long.MaxValue : _items[0].At;

    public void Push(in SimEvent e)
    {
        if (Count == _items.Length) Array.Resize(ref _items, Count * 2);
        var at = Count++;
        while (at > 0)
        {
            var parent = (at - 1) >> 2;
            if (!SimEvent.Before(e, _items[parent])) break;
            _items[at] = _items[parent];
            at = parent;
        }

        _items[at] = e;
    }

    public bool TryPop(out SimEvent e)
    {
        if (Count == 0)
        {
            e = default;
            return false;
        }

        e = _items[0];
        var last = _items[--Count];
        _items[Count] = default;
        if (Count > 0) Sift(last);
        return true;
    }

    private void Sift(in SimEvent item)
    {
        var at = 0;
        while (true)
        {
            var first = (at << 2) + 1;
            if (first >= Count) break;
            var least = first;
            var end = Math.Min(first + 4, Count);
            for (var child = first + 1; child < end; child++)
            {
                if (SimEvent.Before(_items[child], _items[least])) least = child;
            }

            if (!SimEvent.Before(_items[least], item)) break;
            _items[at] = _items[least];
            at = least;
        }

        _items[at] = item;
    }
}
