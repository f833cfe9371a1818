// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Cli.Tests.Durability;
using PeerCompute.Core.Journal;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Cli.Tests.Mesh;

/// <summary>
/// Reads the journal of a dead client and checks its verdicts: every task was accepted in one range alone, from different workers with equal outputs.
/// </summary>
internal static class ReplicaAudit
{
    /// <summary>Tasks of a job that were accepted, and the workers of each.</summary>
    public static IReadOnlyDictionary<uint, List<PeerId>> Of(string home, Hash32 job)
    {
        var leases = new Dictionary<Hash32, Lease>();
        var ranges = new Dictionary<uint, Hash32>();
        var outputs = new Dictionary<uint, Hash32>();
        var workers = new SortedDictionary<uint, List<PeerId>>();
        foreach (var entry in JournalAudit.Read(home))
        {
            Assert.That(entry, Is.Not.InstanceOf<EquivocationSeen>());
            if (entry is not EntryKept { Kept.Entry: var kept }) continue;
            if (kept.Body is Award award) leases[kept.Header.Context] = award.Lease;
            if (kept.Body is not Verdict verdict || leases[kept.Header.Context] is not { } lease || lease.JobId != job) continue;
            var range = lease.Slot == 0 ? lease.Id : lease.DrawnFrom;
            foreach (var task in verdict.Tasks)
            {
                Assert.That(task.Outcome, Is.EqualTo(VerdictOutcome.Accepted), "all are honest");
                if (ranges.TryAdd(task.Task, range)) workers[task.Task] = [];
                Assert.That(ranges[task.Task], Is.EqualTo(range), $"task {task.Task} was accepted in two ranges");
                if (!outputs.TryAdd(task.Task, task.Recomputed)) Assert.That(task.Recomputed, Is.EqualTo(outputs[task.Task]), $"outputs of task {task.Task}");
                Assert.That(workers[task.Task], Does.Not.Contain(lease.Worker), $"one worker confirms itself on task {task.Task}");
                workers[task.Task].Add(lease.Worker);
            }
        }

        return workers;
    }
}
