// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Time;

namespace PeerCompute.Core;

/// <summary>When each job and lease wants to be looked at next: one time each, earliest first, ties by id.</summary>
internal sealed class Timers
{
    private readonly SortedSet<(long At, Hash32 Unit)> _order = [];
    private readonly OrderedMap<Hash32, long> _at = new();

    /// <summary>The earliest time, or never.</summary>
    public Instant Next => _order.Count == 0 ? Instant.Never : new Instant(_order.Min.At);

    /// <summary>Units that wait.</summary>
    public int Count => _at.Count;

    /// <summary>Sets the one time of a unit; never removes it.</summary>
    public void Set(Hash32 unit, Instant at)
    {
        if (_at.TryGetValue(unit, out var old))
        {
            if (old == at.Micros) return;
            _order.Remove((old, unit));
            _at.Remove(unit);
        }

        if (at == Instant.Never) return;
        _at[unit] = at.Micros;
        _order.Add((at.Micros, unit));
    }

    /// <summary>Takes a unit whose time has come.</summary>
    public bool TryTake(Instant now, out Hash32 unit)
    {
        unit = default;
        if (_order.Count == 0 || _order.Min.At > now.Micros) return false;
        unit = _order.Min.Unit;
        Set(unit, Instant.Never);
        return true;
    }
}
