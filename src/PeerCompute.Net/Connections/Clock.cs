// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Time;

namespace PeerCompute.Net.Connections;

/// <summary>The monotonic clock of a host as machines see it.</summary>
internal sealed class Clock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    public TimeProvider Provider { get; } = time;

    public Instant Now => new(Provider.GetElapsedTime(_start).Ticks / TimeSpan.TicksPerMicrosecond);
}
