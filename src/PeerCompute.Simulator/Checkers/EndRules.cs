// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Views;
using PeerCompute.Simulator.Adversaries;
using PeerCompute.Simulator.Faults;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Checkers;

/// <summary>
/// What must hold when a run is over: every job has ended in time and is still known, its sum is that of its leases, and every journal gives its node's
/// state back.
/// </summary>
internal sealed class EndRules(Simulation world, Cast cast, int jobs) : Observer
{
    private const long SlackMs = 5_000;

    /// <summary>The clock of a client that is not honest may show anything.</summary>
    private const long Forever = long.MaxValue / 4;

    // A clock that jumps takes deadlines with it, and what is waited for in monotonic time comes when it comes.
    private readonly long _slackMs = SlackMs + (world.Faults.Where(static f => f.Kind == FaultKind.Clock).Sum(static f => Math.Abs(f.Strength)) / 1000);
    private readonly HashSet<(int Node, Hash32 Job)> _jobs = [];

    private readonly List<long>[] _starts = Lists(world.Nodes.Length);
    private readonly HashSet<(int Node, Hash32 Job)> _receipts = [];

    /// <summary>Owed by clients over all closed leases, micro-units.</summary>
    public ulong OwedMicro { get; private set; }

    /// <summary>Of that, what the worker has agreed to.</summary>
    public ulong SettledMicro { get; private set; }

    public override void Started(SimNode node) => _starts[node.Index].Add(node.Lane.Clock.WallMs + node.SkewMs);

    public override void Issued(SimNode node, IssueReceipt receipt) => _receipts.Add((node.Index, receipt.JobId));

    public override void Durable(SimNode node, JournalEntry entry)
    {
        if (entry is JobAdded job) _jobs.Add((node.Index, job.JobId));
    }

    public override void Lost(SimNode node, JournalEntry entry)
    {
        if (entry is JobAdded job) _jobs.Remove((node.Index, job.JobId));
    }

    public override void Ended()
    {
        var seen = 0;
        foreach (var node in world.Nodes)
        {
            if (node.Machine is not { } machine)
            {
                world.Violate("end", $"node {node.Index} is down at the end");
                continue;
            }

            var views = machine.Jobs();
            seen += views.Count;
            foreach (var job in views)
            {
                if (!_jobs.Contains((node.Index, job.JobId))) world.Violate("jobs", $"node {node.Index} knows job {job.JobId.Short()}, which is in no journal");
                CheckJob(node, job);
            }

            if (node.Restarted() is not { } again) continue;
            var (live, replayed) = (ViewText.Of(machine), ViewText.Of(again));
            if (live != replayed) world.Violate("replay", $"node {node.Index}: its journal gives another state: {ViewText.Difference(live, replayed)}");
        }

        if (_jobs.Count != jobs && world.Counters.Crashes == 0) world.Violate("jobs", $"{_jobs.Count} jobs are in journals, {jobs} were handed in");
        if (seen != _jobs.Count) world.Violate("jobs", $"{seen} jobs are known, {_jobs.Count} were handed in and are in journals");
    }

    private static List<long>[] Lists(int count)
    {
        var lists = new List<long>[count];
        for (var i = 0; i < count; i++) lists[i] = [];
        return lists;
    }

    private void CheckJob(SimNode node, JobView job)
    {
        var name = $"node {node.Index}: job {job.JobId.Short()}";
        var slack = cast.IsHonest(node.Index) ? _slackMs : Forever;
        if (!job.Ended)
        {
            var due = (long)job.Request.DeadlineMs + slack + world.Scenario.ClockSkewMs;
            if (world.Clock.WallMs > due) world.Violate("jobs", $"{name} is {job.State} after its deadline: {job.Cause}");
        }
        else
        {
            var allowed = (long)job.Request.DeadlineMs;
            foreach (var start in _starts[node.Index])
            {
                if (start <= job.EndedMs) allowed = Math.Max(allowed, start);
            }

            if (job.EndedMs > allowed + slack) world.Violate("jobs", $"{name} ended {job.EndedMs - allowed} ms after its deadline");
            if (job.State == JobState.Accepted && !_receipts.Contains((node.Index, job.JobId)))
                world.Violate("receipts", $"{name} was accepted without a receipt");
            if (job.State == JobState.Expired && AllAccepted(job)) world.Violate("jobs", $"{name} expired although every task was accepted");
            if (job.State != JobState.Accepted && job.Cause.Length == 0) world.Violate("jobs", $"{name} is {job.State} without a cause");
        }

        var sum = 0UL;
        foreach (var lease in job.Leases)
        {
            sum += lease.DueMicro;
            OwedMicro += lease.DueMicro;
            if (lease.Phase == LeasePhase.Settled) SettledMicro += lease.DueMicro;
        }

        if (sum != job.TotalMicro) world.Violate("money", $"{name} owes {job.TotalMicro}, its leases {sum}");
    }

    private static bool AllAccepted(JobView job)
    {
        foreach (var task in job.Tasks)
        {
            if (task.State != TaskState.Accepted) return false;
        }

        return true;
    }
}
