// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Views;
using PeerCompute.Simulator.Checkers;
using PeerCompute.Simulator.Clock;
using PeerCompute.Simulator.Executors;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Matching;

/// <summary>Notes what the house's own market comes to, in the words of the baselines.</summary>
internal sealed class MarketLog : Observer
{
    private readonly List<TaskRun> _runs = [];

    /// <summary>Tasks that workers ran to their end; confirmations are none.</summary>
    public IReadOnlyList<TaskRun> Runs => _runs;

    public override void Ran(SimNode node, SimSandbox.Run run, long from)
    {
        if (run.Start.Run.Role == RunRole.Work && Number(run.Start.Spec.Name) is { } job)
            _runs.Add(new TaskRun(job, (int)run.Start.Tasks[run.At - 1], node.Index, from, node.Micros, node.Class.PriceMicro));
    }

    /// <summary>A job by the run's clock; null for one that checkers handed in.</summary>
    public static JobSpan? Span(SimNode client, JobView job)
    {
        if (Number(job.Request.Spec.Name) is not { } number) return null;
        var zero = VirtualClock.WallStartMs + client.SkewMs;
        var to = job.Ended ? (job.EndedMs - zero) * 1000 : -1;
        return new JobSpan(number, (job.SubmittedMs - zero) * 1000, to, job.Tasks.Length, job.State == JobState.Accepted);
    }

    private static int? Number(string name)
    {
        const string prefix = JobMaker.NamePrefix;
        return name.StartsWith(prefix, StringComparison.Ordinal) ? int.Parse(name.AsSpan(prefix.Length), CultureInfo.InvariantCulture) : null;
    }
}
