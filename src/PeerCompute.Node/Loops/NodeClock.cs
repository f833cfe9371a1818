// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Time;

namespace PeerCompute.Node.Loops;

/// <summary>Where the time of events comes from.</summary>
/// <param name="time">The system's clocks.</param>
/// <param name="offset">How far the wall clock is off; not zero in tests only.</param>
internal sealed class NodeClock(TimeProvider time, TimeSpan offset = default)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>The system's clocks.</summary>
    public TimeProvider Provider => time;

    /// <summary>The monotonic clock.</summary>
    public Instant Mono => new(time.GetElapsedTime(_start).Ticks / TimeSpan.TicksPerMicrosecond);

    /// <summary>All three together.</summary>
    public NodeTime Now => new(Mono, (time.GetUtcNow() + offset).ToUnixTimeMilliseconds(), (long)offset.Duration().TotalMilliseconds);
}
