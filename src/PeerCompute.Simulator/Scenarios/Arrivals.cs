// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Simulator.Chance;

namespace PeerCompute.Simulator.Scenarios;

/// <summary>
/// When jobs come: a Poisson process, in bursts, by the hours of a day, or as a trace has it. The run begins at midnight.
/// </summary>
internal sealed class Arrivals(JobPlan plan, Choices chance)
{
    private const long Hour = 3_600_000_000;

    private readonly int _busiest = plan.Hours.IsDefaultOrEmpty ? 0 : plan.Hours.Max();
    private long _at = plan.FirstMicros;
    private int _come;

    /// <summary>The time of the next job, microseconds; never before the last one.</summary>
    public long Next()
    {
        if (plan.Trace.Length > 0) return plan.Trace[_come++].AtMicros;
        if (_come++ % plan.Burst != 0) return _at;
        if (_come > 1) _at += chance.Around(plan.EveryMicros);
        // Thinning (Lewis and Shedler, 1979): drawn as in the busiest hour, kept as often as this hour is busy beside it.
        while (_busiest > 0 && (int)(chance.Next() % (ulong)_busiest) >= plan.Hours[(int)(_at / Hour % 24)]) _at += chance.Around(plan.EveryMicros);
        return _at;
    }
}
