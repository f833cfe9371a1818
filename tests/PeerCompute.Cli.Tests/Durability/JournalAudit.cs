// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Runs;
using PeerCompute.Node.Journals;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Cli.Tests.Durability;

/// <summary>Reads the journals of a dead client and a dead worker and checks what must never happen.</summary>
internal sealed class JournalAudit
{
    private readonly Dictionary<(Hash32 Job, uint Task), Hash32> _live = [];
    private readonly Dictionary<(Hash32 Job, uint Task), Hash32> _accepted = [];
    private readonly Dictionary<Hash32, Lease> _leases = [];

    public int Leases => _leases.Count;

    public int Accepted => _accepted.Count;

    /// <summary>Tasks whose result the worker kept, per run.</summary>
    public int Kept { get; private set; }

    /// <summary>Results that the worker kept of tasks that another lease of the same job had given it before.</summary>
    public int Again { get; private set; }

    public int Lives { get; private set; }

    public static JournalAudit Of(string clientHome, string workerHome)
    {
        var audit = new JournalAudit();
        foreach (var entry in Read(clientHome)) audit.Client(entry);
        var kept = new HashSet<(Hash32, uint)>();
        var tasks = new HashSet<(Hash32, uint)>();
        foreach (var entry in Read(workerHome))
        {
            Assert.That(entry, Is.Not.InstanceOf<EquivocationSeen>());
            if (entry is LifeBegan) audit.Lives++;
            if (entry is not TaskKept { Run.Role: RunRole.Work } ran) continue;
            Assert.That(kept.Add((ran.Run.LeaseId, ran.Result.Task)), Is.True, $"task {ran.Result.Task} of lease {ran.Run.LeaseId.Short()} was kept twice");
            audit.Kept++;
            if (audit._leases.TryGetValue(ran.Run.LeaseId, out var lease) && !tasks.Add((lease.JobId, ran.Result.Task))) audit.Again++;
        }

        return audit;
    }

    public static IEnumerable<JournalEntry> Read(string home)
    {
        using var journal = Journal.Open(Path.Combine(home, "journal.db"));
        foreach (var body in journal.Replay()) yield return JournalCodec.Decode(body);
    }

    private void Client(JournalEntry entry)
    {
        Assert.That(entry, Is.Not.InstanceOf<EquivocationSeen>());
        if (entry is LifeBegan) Lives++;
        if (entry is not EntryKept { Kept.Entry: var kept }) return;
        var id = kept.Header.Context;
        switch (kept.Body)
        {
            case Award award:
                _leases[id] = award.Lease;
                foreach (var task in Tasks(award.Lease))
                {
                    Assert.That(_accepted.ContainsKey(task), Is.False, $"task {task.Task} is leased again after it was accepted");
                    Assert.That(_live.TryAdd(task, id), Is.True, $"task {task.Task} has two live leases");
                }

                break;
            case Cancel:
                Release(id);
                break;
            case Commit commit when commit.Done < _leases[id].TaskCount:
                foreach (var task in Tasks(_leases[id]).Skip((int)commit.Done)) _live.Remove(task);
                break;
            case Verdict verdict:
                foreach (var finding in verdict.Tasks)
                {
                    var task = (_leases[id].JobId, finding.Task);
                    Assert.That(finding.Outcome, Is.EqualTo(VerdictOutcome.Accepted), "both sides are honest");
                    Assert.That(_accepted.TryAdd(task, id), Is.True, $"task {finding.Task} has two verdicts");
                }

                Release(id);
                break;
        }
    }

    private void Release(Hash32 id)
    {
        foreach (var task in Tasks(_leases[id]))
        {
            if (_live.TryGetValue(task, out var lease) && lease == id) _live.Remove(task);
        }
    }

    private static IEnumerable<(Hash32 Job, uint Task)> Tasks(Lease lease)
    {
        for (var task = lease.FirstTask; task < lease.EndTask; task++) yield return (lease.JobId, task);
    }
}
