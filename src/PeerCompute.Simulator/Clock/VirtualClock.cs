// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Time;

namespace PeerCompute.Simulator.Clock;

/// <summary>The one clock of a run: microseconds since its start. Moves only when the next event is taken.</summary>
internal sealed class VirtualClock
{
    /// <summary>Wall time at the start of every run: 2026-01-01 00:00:00 UTC in Unix milliseconds.</summary>
    public const long WallStartMs = 1_767_225_600_000;

    public long Micros { get; private set; }

    public long WallMs => WallStartMs + (Micros / 1000);

    public void MoveTo(long micros)
    {
        if (micros < Micros) throw new InvalidOperationException("virtual time does not run backwards");
        Micros = micros;
    }

    /// <summary>The time as a node with a clock of its own sees it: its monotonic clock began when it started, its wall clock is off.</summary>
    public NodeTime For(long startedMicros, long skewMs) => new(new Instant(Micros - startedMicros + 1), WallMs + skewMs, Math.Abs(skewMs));

    /// <summary>When the run's clock shows what a node's monotonic clock shows at an instant.</summary>
    public static long ToRun(Instant mono, long startedMicros)
        => mono.Micros >= long.MaxValue - startedMicros ? long.MaxValue : Math.Max(startedMicros, mono.Micros + startedMicros - 1);
}
