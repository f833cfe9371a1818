// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Time;

namespace PeerCompute.Core.Leases;

/// <summary>
/// How often a lease's tasks may say something: twice a second in the long run, four times at once, since what was sent evenly may come together.
/// What is said more often is dropped, on both sides.
/// </summary>
internal struct LivePace
{
    private static readonly TimeSpan Every = new(TimeSpan.TicksPerMillisecond * 400); // a worker's shell tells every 500 ms
    private static readonly TimeSpan Ahead = new(TimeSpan.TicksPerMillisecond * 1200);

    private Instant _next;

    /// <summary>Counts a report; false where it is one too many.</summary>
    public bool Take(Instant now)
    {
        if (_next > now + Ahead) return false;
        _next = (_next > now ? _next : now) + Every;
        return true;
    }
}
