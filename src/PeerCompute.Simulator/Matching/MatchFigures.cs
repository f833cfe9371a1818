// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Simulator.Scenarios;
using PeerCompute.Simulator.Statistics;

namespace PeerCompute.Simulator.Matching;

/// <summary>
/// What a matching came to, of any kind in the same way: from jobs and the tasks that ran. Jobs that are handed in before <c>jobs: warmup</c> is over are left
/// out; shares are taken between that moment, or the first job, and the last one's submission.
/// </summary>
internal static class MatchFigures
{
    private const long Second = ScenarioReader.Second;

    /// <summary>The figures.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="jobs">All jobs.</param>
    /// <param name="runs">All tasks that ran to their end.</param>
    /// <param name="ideal">Responses of the same jobs in the ideal, microseconds by number; -1 where one did not end accepted.</param>
    /// <param name="messages">Messages, for all reasons.</param>
    /// <param name="bytes">Their bytes.</param>
    public static ImmutableArray<Figure> Of(
        Scenario scenario, ulong seed, IReadOnlyList<JobSpan> jobs, IReadOnlyList<TaskRun> runs, long[] ideal, long messages, long bytes)
    {
        if (jobs.Count == 0) return [];
        var warm = jobs.Where(job => job.From >= scenario.Jobs.WarmupMicros).ToDictionary(static job => job.Number);
        var figures = ImmutableArray.CreateBuilder<Figure>();
        var accepted = warm.Values.Where(static job => job.Accepted).ToList();
        Times(figures, "response", accepted.Select(static job => (job.To - job.From) / 1000.0));
        Times(figures, "wait", runs.Where(run => warm.ContainsKey(run.Job)).Select(run => (run.From - warm[run.Job].From) / 1000.0));
        var slowdowns = accepted.Where(job => ideal[job.Number] > 0).Select(job => (double)(job.To - job.From) / ideal[job.Number]);
        if (Summary.Of(slowdowns) is { } slowdown)
        {
            figures.Add(new Figure("slowdown_mean", slowdown.Mean));
            figures.Add(new Figure("slowdown_p50", slowdown.P50));
            figures.Add(new Figure("slowdown_p95", slowdown.P95));
        }

        var tasks = Math.Max(1, runs.Count);
        figures.Add(new Figure("messages_per_task", (double)messages / tasks));
        figures.Add(new Figure("bytes_per_task", (double)bytes / tasks));
        var from = Math.Max(scenario.Jobs.WarmupMicros, jobs.Min(static job => job.From));
        Shares(figures, Lender.Of(scenario, seed), runs, jobs, from, jobs.Max(static job => job.From));
        return figures.ToImmutable();
    }

    private static void Times(ImmutableArray<Figure>.Builder figures, string name, IEnumerable<double> sample)
    {
        if (Summary.Of(sample) is not { } times) return;
        figures.Add(new Figure(name + "_mean_ms", times.Mean));
        figures.Add(new Figure(name + "_p50_ms", times.P50));
        figures.Add(new Figure(name + "_p95_ms", times.P95));
        if (times.P99 is { } p99) figures.Add(new Figure(name + "_p99_ms", p99));
    }

    private static void Shares(
        ImmutableArray<Figure>.Builder figures, IReadOnlyList<Lender> lenders, IReadOnlyList<TaskRun> runs, IReadOnlyList<JobSpan> jobs, long from, long to)
    {
        if (to <= from) return;
        var byWorker = runs.Where(run => run.To > from && run.From < to).ToLookup(static run => run.Worker);
        var busy = lenders.Select(l => byWorker[l.Index].Sum(run => (double)(Math.Min(run.To, to) - Math.Max(run.From, from)))).ToList();
        var ledger = SlotLedger.Of(lenders, runs, jobs, from, to);
        if (ledger.SlotMicros > 0)
        {
            figures.Add(new Figure("busy_share", busy.Sum() / ledger.SlotMicros));
            figures.Add(new Figure("stranded_share", ledger.StrandedMicros / ledger.SlotMicros));
        }

        foreach (var (name, seconds) in new[] { ("10s", 10), ("1min", 60) })
        {
            if (BusyWindows.Of(lenders, byWorker, from, to, seconds * Second) is not { } windows) continue;
            figures.Add(new Figure("jain_" + name, windows.Jain));
            figures.Add(new Figure("unused_workers_" + name, windows.Unused));
            figures.Add(new Figure("busiest_over_mean_" + name, windows.MostOverMean));
        }

        figures.Add(new Figure("top_percent_share", Evenness.TopPercent(busy)));
        figures.Add(new Figure("gini_earnings", Evenness.Gini(lenders.Select(l => byWorker[l.Index].Sum(static run => (double)run.PriceMicro)))));
        figures.Add(new Figure("price_regret_micro", ledger.RegretMicro));
    }
}
