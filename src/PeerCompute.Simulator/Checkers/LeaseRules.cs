// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Runs;
using PeerCompute.Simulator.Adversaries;
using PeerCompute.Simulator.Executors;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Checkers;

/// <summary>
/// Reads each issuer's journal as it becomes durable: no (task, slot) in two live leases, no task with two accepting verdicts, no lease
/// with two verdicts, nothing accepted that an honest machine would not have computed, nothing honest rejected. Where replicas confirm, the leases
/// of one range accept a task together, each verdict names the output that enough of them opened, and only as many liars who agree can make it a wrong one.
/// </summary>
internal sealed class LeaseRules(Simulation world, Cast cast) : Observer
{
    private readonly Book[] _books = Books(world.Nodes.Length);

    /// <summary>Spoiled results that a verdict rejected or found unavailable.</summary>
    public int Found { get; private set; }

    /// <summary>Spoiled results that came to a verdict.</summary>
    public int Judged { get; private set; }

    public override void Started(SimNode node)
    {
        var book = new Book();
        _books[node.Index] = book;
        foreach (var entry in node.Disk.Entries) Take(node, book, entry, replay: true);
    }

    public override void Durable(SimNode node, JournalEntry entry) => Take(node, _books[node.Index], entry, replay: false);

    private static Book[] Books(int count)
    {
        var books = new Book[count];
        for (var i = 0; i < count; i++) books[i] = new Book();
        return books;
    }

    private void Take(SimNode node, Book book, JournalEntry entry, bool replay)
    {
        switch (entry)
        {
            case JobAdded added:
                book.Jobs[added.JobId] = added.Job;
                break;
            case EntryKept { Kept: { Entry.Body: Award award } kept } when award.Lease.Issuer == node.Signer.PeerId:
                if (!replay && book.Leases.TryGetValue(award.Lease.Id, out var old) && old.Entries.Count > 0)
                    world.Violate("leases", $"node {node.Index} awarded lease {award.Lease.Id.Short()} twice");
                var lease = new Chains(award.Lease);
                lease.Entries.Add(kept);
                book.Leases[award.Lease.Id] = lease;
                Refresh(node, book, lease, replay);
                break;
            case EntryKept { Kept: { } other } when book.Leases.TryGetValue(other.Entry.Header.Context, out var chains):
                if (other.Entry.Body is Verdict verdict) Judge(node, book, chains, verdict, replay);
                chains.Entries.Add(other);
                Refresh(node, book, chains, replay);
                break;
            case ChainsCut cut when book.Leases.TryGetValue(cut.LeaseId, out var chains):
                chains.Cut(cut);
                Refresh(node, book, chains, replay);
                break;
            case EquivocationSeen seen when !replay && cast.IsHonest(world.IndexOf(seen.First.Envelope.Signer)):
                world.Violate("equivocation", $"node {node.Index} holds a proof of equivocation against a node that is honest");
                break;
            default:
                break;
        }
    }

    /// <summary>Which tasks a lease holds now; another lease must not hold them too.</summary>
    private void Refresh(SimNode node, Book book, Chains chains, bool replay)
    {
        var lease = chains.Lease;
        foreach (var task in chains.Held) book.Live.Remove((lease.JobId, task, lease.Slot));
        chains.Held.Clear();
        var live = chains.LiveTasks();
        for (var task = lease.FirstTask; task < lease.FirstTask + live; task++)
        {
            var key = (lease.JobId, task, lease.Slot);
            if (book.Live.TryGetValue(key, out var held))
            {
                var where = $"node {node.Index}: task {task} of job {lease.JobId.Short()}";
                if (!replay) world.Violate("live leases", $"{where} is in leases {held.Short()} and {lease.Id.Short()}");
                continue;
            }

            book.Live[key] = lease.Id;
            chains.Held.Add(task);
        }
    }

    private void Judge(SimNode node, Book book, Chains chains, Verdict verdict, bool replay)
    {
        var lease = chains.Lease;
        var opening = chains.Last<Opening>();
        var spec = book.Jobs[lease.JobId].Spec;
        var specHash = spec.Hash();
        if (!replay && chains.Last<Verdict>() is not null) world.Violate("verdicts", $"node {node.Index}: lease {lease.Id.Short()} has two verdicts");
        for (var i = 0; i < verdict.Tasks.Length; i++)
        {
            var finding = verdict.Tasks[i];
            var spoiled = cast.Planted.Has(lease.Id, finding.Task);
            var about = $"node {node.Index}: task {finding.Task} of job {lease.JobId.Short()}, lease {lease.Id.Short()}";
            var honest = SimProgram.Run(spec, specHash, finding.Task).Hash;
            var truth = lease.Verification.By == ConfirmedBy.Replicas && finding.Outcome != VerdictOutcome.Unavailable && !replay
                ? Agreed(book, lease, finding, honest, about) : honest;
            if (finding.Outcome == VerdictOutcome.Accepted)
            {
                var range = RangeOf(lease);
                if (!book.Accepted.TryAdd((lease.JobId, finding.Task), range) && !replay && (lease.Verification.By == ConfirmedBy.Issuer
                    || book.Accepted[(lease.JobId, finding.Task)] != range)) world.Violate("verdicts", about + ": accepted twice");
                var said = opening is not null && i < opening.Leaves.Length ? opening.Leaves[i].OutputHash : default;
                if (!replay && (said != truth || finding.Recomputed != truth)) world.Violate("results", about + ": a wrong output was accepted");
            }
            else if (!replay && finding.Outcome == VerdictOutcome.Rejected && !spoiled && truth == honest)
            {
                world.Violate("results", about + ": an honest output was rejected");
            }

            if (replay || !spoiled) continue;
            Judged++;
            var found = finding.Outcome != VerdictOutcome.Accepted;
            if (found) Found++;
            cast.Judge(world.IndexOf(lease.Worker), found);
        }
    }

    /// <summary>The output that a verdict by replicas may call right: what enough leases of its range opened, an honest one unless all of them lie.</summary>
    private Hash32 Agreed(Book book, Lease lease, TaskVerdict finding, Hash32 honest, string about)
    {
        var (range, output) = (RangeOf(lease), finding.Recomputed);
        uint votes = 0, lies = 0;
        foreach (var other in book.Leases.Values)
        {
            if (RangeOf(other.Lease) != range || OutputOf(other, finding.Task) != output) continue;
            votes++;
            lies += cast.Planted.Has(other.Lease.Id, finding.Task) ? 1U : 0;
        }

        if (votes < lease.Verification.Replicas) world.Violate("results", $"{about}: judged by {votes} equal outputs of {lease.Verification.Replicas}");
        if (output != honest && lies < votes) world.Violate("results", about + ": an honest machine gave a wrong output");
        return output;
    }

    private static Hash32 OutputOf(Chains chains, uint task)
    {
        foreach (var leaf in chains.Last<Opening>()?.Leaves ?? [])
        {
            if (leaf.Task == task) return leaf.OutputHash;
        }

        return default;
    }

    /// <summary>The first worker's lease of the range that a lease belongs to.</summary>
    private static Hash32 RangeOf(Lease lease) => lease.Slot == 0 ? lease.Id : lease.DrawnFrom;

    /// <summary>What one issuer's journal says.</summary>
    private sealed class Book
    {
        public OrderedMap<Hash32, JobRequest> Jobs { get; } = new();

        public OrderedMap<Hash32, Chains> Leases { get; } = new();

        public Dictionary<(Hash32 Job, uint Task, uint Slot), Hash32> Live { get; } = [];

        /// <summary>Tasks that were accepted, and in which range.</summary>
        public Dictionary<(Hash32 Job, uint Task), Hash32> Accepted { get; } = [];
    }

    private sealed class Chains(Lease lease)
    {
        public Lease Lease { get; } = lease;

        public List<KeptEntry> Entries { get; } = [];

        public List<uint> Held { get; } = [];

        /// <summary>How many tasks from the range's first one nobody else may get.</summary>
        public uint LiveTasks()
        {
            if (Entries.Count == 0 || Last<Cancel>() is not null || Last<Fail>() is not null || Last<Verdict>() is not null) return 0;
            return Last<Commit>() is { } commit ? Math.Min(commit.Done, Lease.TaskCount) : Lease.TaskCount;
        }

        public T? Last<T>()
            where T : EntryBody
        {
            for (var i = Entries.Count - 1; i >= 0; i--)
            {
                if (Entries[i].Entry.Body is T body) return body;
            }

            return null;
        }

        public void Cut(ChainsCut cut)
        {
            var kept = ImmutableArray.CreateBuilder<KeptEntry>();
            foreach (var entry in Entries)
            {
                var limit = LeaseChains.IsIssuers(entry.Entry.Body) ? cut.IssuerCount : cut.WorkerCount;
                if (entry.Entry.Header.Sequence < limit) kept.Add(entry);
            }

            Entries.Clear();
            Entries.AddRange(kept);
        }
    }
}
