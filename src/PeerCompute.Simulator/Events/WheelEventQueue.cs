// SPDX-License-Identifier: Apache-2.0
using System.Numerics;

namespace PeerCompute.Simulator.Events;

/// <summary>
/// A timing wheel (Varghese and Lauck 1987): events of the next 16 s lie in lists of a millisecond each, whose order is found only when their time comes; later
/// ones wait in a heap. Where a heap moves an event past others that are much earlier or later, a list takes it at once.
/// </summary>
internal sealed class WheelEventQueue : IEventQueue
{
    private const int SlotBits = 10; // 1 024 us
    private const int Slots = 16_384;
    private const int None = -1;

    private readonly HeapEventQueue _now = new(); // of the slot at hand and before
    private readonly HeapEventQueue _later = new(); // beyond the wheel
    private readonly int[] _slots = new int[Slots];
    private readonly ulong[] _filled = new ulong[Slots / 64];
    private SimEvent[] _items = new SimEvent[1024];
    private int[] _next = new int[1024];
    private int _used;
    private int _free = None;
    private int _waiting; // in the wheel
    private long _slot; // at hand

    public WheelEventQueue() => Array.Fill(_slots, None);

    /// <inheritdoc/>
    public int Count => _now.Count + _waiting + _later.Count;

    /// <inheritdoc/>
    public long NextAt
    {
        get
        {
            if (_now.Count == 0) Turn();
            return _now.NextAt;
        }
    }

    /// <inheritdoc/>
    public void Push(in SimEvent e)
    {
        var slot = e.At >> SlotBits;
        if (slot <= _slot) _now.Push(e);
        else if (slot - _slot < Slots) Put(slot, e);
        else _later.Push(e);
    }

    /// <inheritdoc/>
    public bool TryPop(out SimEvent e)
    {
        if (_now.Count == 0) Turn();
        return _now.TryPop(out e);
    }

    /// <summary>Goes on to the next slot in which there is something.</summary>
    private void Turn()
    {
        if (_waiting > 0) _slot = NextFilled();
        else if (_later.Count > 0) _slot = _later.NextAt >> SlotBits;
        else return;
        while (_later.Count > 0 && (_later.NextAt >> SlotBits) - _slot < Slots)
        {
            _later.TryPop(out var e);
            Push(e);
        }

        Empty((int)(_slot % Slots));
    }

    private void Put(long slot, in SimEvent e)
    {
        var at = _free;
        if (at != None) _free = _next[at];
        else at = Room();
        var index = (int)(slot % Slots);
        _items[at] = e;
        _next[at] = _slots[index];
        _slots[index] = at;
        _filled[index >> 6] |= 1UL << index;
        _waiting++;
    }

    private int Room()
    {
        if (_used == _items.Length)
        {
            Array.Resize(ref _items, 2 * _used);
            Array.Resize(ref _next, 2 * _used);
        }

        return _used++;
    }

    private void Empty(int index)
    {
        for (var at = _slots[index]; at != None;)
        {
            _now.Push(_items[at]);
            _items[at] = default;
            var next = _next[at];
            _next[at] = _free;
            _free = at;
            at = next;
            _waiting--;
        }

        _slots[index] = None;
        _filled[index >> 6] &= ~(1UL << index);
    }

    /// <summary>The next slot of the wheel with an event; there is one.</summary>
    private long NextFilled()
    {
        var from = _slot + 1;
        var word = (int)(from % Slots) >> 6;
        var bits = _filled[word] & (ulong.MaxValue << (int)(from & 63));
        for (var looked = 0; bits == 0 && looked <= _filled.Length; looked++)
        {
            word = (word + 1) % _filled.Length;
            bits = _filled[word];
        }

        var index = (word << 6) + BitOperations.TrailingZeroCount(bits);
        var ahead = (index - (int)(from % Slots) + Slots) % Slots;
        return from + ahead;
    }
}
