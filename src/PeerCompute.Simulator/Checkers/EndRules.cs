// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Views;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Checkers;

/// <summary>
/// What must hold when a run is over: every job has ended in time, both sides of a settled lease show one head, what clients owe is what
/// workers are due, and every journal gives its node's state back.
/// </summary>
internal sealed class EndRules(Simulation world, int jobs) : Observer
{
    private const long SlackMs = 5_000;

    private readonly List<long>[] _starts = Lists(world.Nodes.Length);
    private readonly HashSet<(int Node, Hash32 Job)> _receipts = [];

    /// <summary>Owed by clients over all closed leases, micro-units.</summary>
    public ulong OwedMicro { get; private set; }

    /// <summary>Of that, what the worker has agreed to.</summary>
    public ulong SettledMicro { get; private set; }

    public override void Started(SimNode node) => _starts[node.Index].Add(node.Lane.Clock.WallMs + node.SkewMs);

    public override void Issued(SimNode node, IssueReceipt receipt) => _receipts.Add((node.Index, receipt.JobId));

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
            foreach (var job in views) CheckJob(node, job);
            if (node.Restarted() is not { } again) continue;
            var (live, replayed) = (ViewText.Of(machine), ViewText.Of(again));
            if (live != replayed) world.Violate("replay", $"node {node.Index}: its journal gives another state: {ViewText.Difference(live, replayed)}");
        }

        if (seen != jobs) world.Violate("jobs", $"{seen} jobs are known, {jobs} were handed in");
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
        if (!job.Ended)
        {
            var due = (long)job.Request.DeadlineMs + SlackMs + world.Scenario.ClockSkewMs;
            if (world.Clock.WallMs > due) world.Violate("jobs", $"{name} is {job.State} after its deadline: {job.Cause}");
        }
        else
        {
            var allowed = (long)job.Request.DeadlineMs;
            foreach (var start in _starts[node.Index])
            {
                if (start <= job.EndedMs) allowed = Math.Max(allowed, start);
            }

            if (job.EndedMs > allowed + SlackMs) world.Violate("jobs", $"{name} ended {job.EndedMs - allowed} ms after its deadline");
            if (job.State == JobState.Accepted && !_receipts.Contains((node.Index, job.JobId)))
                world.Violate("receipts", $"{name} was accepted without a receipt");
            if (job.State == JobState.Expired && AllAccepted(job)) world.Violate("jobs", $"{name} expired although every task was accepted");
            if (job.State != JobState.Accepted && job.Cause.Length == 0) world.Violate("jobs", $"{name} is {job.State} without a cause");
        }

        var sum = 0UL;
        foreach (var lease in job.Leases)
        {
            sum += lease.DueMicro;
            CheckLease(name, lease);
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

    private void CheckLease(string name, LeaseView ours)
    {
        OwedMicro += ours.DueMicro;
        var worker = world.Nodes[world.IndexOf(ours.Worker)];
        LeaseView? theirs = null;
        foreach (var lease in worker.Machine?.Work() ?? [])
        {
            if (lease.LeaseId == ours.LeaseId) theirs = lease;
        }

        if (ours.Phase != LeasePhase.Settled) return;
        SettledMicro += ours.DueMicro;
        var about = $"{name}: settled lease {ours.LeaseId.Short()}";
        if (theirs is null) world.Violate("money", $"{about} is not known to node {worker.Index}");
        else if (theirs.Head != ours.Head) world.Violate("heads", $"{about} has heads {ours.Head.Short()} and {theirs.Head.Short()}");
        else if (theirs.DueMicro != ours.DueMicro) world.Violate("money", $"{about}: {ours.DueMicro} owed, {theirs.DueMicro} due");
    }
}
