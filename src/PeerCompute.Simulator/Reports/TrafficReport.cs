// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Reports;

/// <summary>
/// What a network says while nothing is asked of it, and what a job adds. Idle is the second half of the time before the first job; what the jobs add is
/// the time from there to the end of the last one, less as much idle time.
/// </summary>
internal static class TrafficReport
{
    private const long Hour = 3_600_000_000;

    /// <summary>Reads the two figures from the samples of a run.</summary>
    /// <param name="rows">Samples, in order.</param>
    /// <param name="nodes">Nodes of the network.</param>
    /// <param name="firstMicros">When the first job was handed in.</param>
    /// <param name="jobs">Jobs that were handed in.</param>
    /// <returns>Messages per node and idle hour, and per job in the whole network; nothing where the run has no idle time or no job has ended.</returns>
    public static (Traffic IdleNodeHour, Traffic Job) Of(IReadOnlyList<MetricRow> rows, int nodes, long firstMicros, int jobs)
    {
        var half = Last(rows, row => row.AtMicros <= firstMicros / 2);
        var first = Last(rows, row => row.AtMicros <= firstMicros);
        var end = rows.FirstOrDefault(row => jobs > 0 && row.JobsEnded >= jobs);
        if (half is null || first is null || first.AtMicros == half.AtMicros) return default;
        var (idle, micros) = (first.Traffic.Since(half.Traffic), first.AtMicros - half.AtMicros);
        var hour = idle.Scaled(Hour / 1000, micros / 1000 * nodes);
        if (end is null) return (hour, default);
        var busy = end.Traffic.Since(first.Traffic);
        return (hour, busy.Since(idle.Scaled((end.AtMicros - first.AtMicros) / 1000, micros / 1000)).Scaled(1, jobs));
    }

    private static MetricRow? Last(IReadOnlyList<MetricRow> rows, Predicate<MetricRow> before)
    {
        MetricRow? last = null;
        foreach (var row in rows)
        {
            if (before(row)) last = row;
        }

        return last;
    }
}
