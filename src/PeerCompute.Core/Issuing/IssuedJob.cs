// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Base.Time;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Views;
using PeerCompute.Market.Jobs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Core.Issuing;

/// <summary>A job that this node issued: its offer, its candidates, its tasks and leases.</summary>
internal sealed class IssuedJob
{
    private readonly ulong _bytesIn;

    public IssuedJob(NodeContext node, Hash32 id, JobRequest request, long submittedMs)
    {
        Id = id;
        Request = request;
        SubmittedMs = submittedMs;
        Tasks = new TaskBook(request.Spec.Tasks);
        Checkpoints = new TaskCheckpoints(request.Spec.Checkpoint?.Keep ?? 1);
        Secret = node.Signer.Derive("job-secret", id.ToArray());
        Secrets = Opened(node.Signer, request);
        foreach (var blob in request.Spec.Blobs()) _bytesIn += blob.Size;
        foreach (var worker in request.Workers) Candidates.TryAdd(worker.Peer, new Candidate(worker.Peer, [worker.Address]) { Named = true });
    }

    public Hash32 Id { get; }

    public JobRequest Request { get; }

    public long SubmittedMs { get; }

    public TaskBook Tasks { get; }

    /// <summary>Opened from the request: in memory only.</summary>
    public JobSecrets Secrets { get; }

    /// <summary>Where the nonces of its leases come from.</summary>
    public byte[] Secret { get; }

    public OfferMessage? Offer { get; set; }

    public OrderedMap<PeerId, Candidate> Candidates { get; } = new();

    public OrderedMap<Hash32, IssuedLease> Leases { get; } = new();

    /// <summary>Leases that may still change.</summary>
    public OrderedSet<Hash32> Live { get; } = new();

    /// <summary>Whether no lease changes any more, and every worker knows.</summary>
    public bool IsOver => Live.Count == 0 && Unheard.Count == 0;

    /// <summary>Leases that we cancelled, whose workers have not said that they heard of it: what they do not hear of they go on with.</summary>
    public OrderedSet<Hash32> Unheard { get; } = new();

    /// <summary>The ranges that replicas confirm, by the first worker's lease.</summary>
    public OrderedMap<Hash32, ReplicaSet> Sets { get; } = new();

    /// <summary>What its tasks can go on from.</summary>
    public TaskCheckpoints Checkpoints { get; }

    /// <summary>Packs of checkpoints that are served.</summary>
    public OrderedSet<Hash32> SharedPacks { get; set; } = new();

    /// <summary>Ranges that are not decided.</summary>
    public OrderedSet<Hash32> OpenSets { get; } = new();

    /// <summary>When the first bid of this life came; never while none has.</summary>
    public Instant FirstBid { get; set; } = Instant.Never;

    /// <summary>When workers are looked for next.</summary>
    public Instant NextSearch { get; set; }

    /// <summary>Searches made.</summary>
    public int Searches { get; set; }

    /// <summary>When the offer is gossiped next; never before the first search.</summary>
    public Instant NextAnnounce { get; set; } = Instant.Never;

    /// <summary>Whether the offer was gossiped and not closed.</summary>
    public bool Announced { get; set; }

    /// <summary>Workers that have module and inputs, as who fetches is told.</summary>
    public ImmutableArray<Contact> Holders { get; set; } = [];

    public uint Awards { get; set; }

    public JobState State { get; set; } = JobState.Offered;

    public string Cause { get; set; } = "";

    /// <summary>What the program itself did wrong in a task whose outcome was accepted, or empty.</summary>
    public string Fault { get; set; } = "";

    public long EndedMs { get; set; }

    /// <summary>Whether the client has the results.</summary>
    public bool Collected { get; set; }

    /// <summary>When workers are dialled next that have not heard so.</summary>
    public Instant NextCall { get; set; }

    /// <summary>Whether the time of the results is over: they are here no more.</summary>
    public bool Swept { get; set; }

    /// <summary>When results that were not collected go, on every node that has them, Unix milliseconds; 0 where they stay here as long as the node.</summary>
    public ulong CollectBeforeMs => Request.Placement.RetainMs == 0 ? 0 : Request.DeadlineMs + Request.Placement.RetainMs;

    public ReadOnlyMemory<byte> Receipt { get; set; }

    public bool Ended => State >= JobState.Accepted;

    /// <summary>Nonce of one lease: HKDF(job secret, lease id, incarnation of the award): an award that is made again after a set-back has another.</summary>
    public Hash32 Nonce(Hash32 leaseId, Incarnation award)
    {
        var of = new HashBuilder("peercompute/1/nonce-of").Add(leaseId).Add(award.Start).Add(award.Salt).Hash();
        return new Hash32(Hkdf.Derive(Secret, of.ToArray(), "peercompute/1/nonce", 32));
    }

    /// <summary>Workers that a job may have to do with.</summary>
    public const int CandidatesMost = 256;

    /// <summary>Whether the offer names a peer that passes bids on.</summary>
    public bool IsVia(PeerId peer)
    {
        foreach (var via in Offer?.Offer.Via ?? [])
        {
            if (via.Peer == peer) return true;
        }

        return false;
    }

    /// <summary>Adds a worker that was found; false when it is known or there are too many.</summary>
    public bool Find(PeerId worker, ImmutableArray<Multiaddr> addresses)
    {
        if (Candidates.Count >= CandidatesMost || Candidates.ContainsKey(worker)) return false;
        var texts = ImmutableArray.CreateBuilder<string>(addresses.Length);
        foreach (var address in addresses) texts.Add(address.ToString());
        Candidates[worker] = new Candidate(worker, texts.ToImmutable());
        return true;
    }

    /// <summary>Takes a lease in, a replica into the set of the lease that it was drawn for.</summary>
    public void Add(IssuedLease issued, Lease lease)
    {
        Leases[lease.Id] = issued;
        if (lease.Verification.By == ConfirmedBy.Issuer) return;
        if (lease.Slot == 0)
        {
            Sets[lease.Id] = new ReplicaSet(issued);
            OpenSets.Add(lease.Id);
        }
        else
        {
            Sets[lease.DrawnFrom].Leases.Add(issued);
        }
    }

    /// <summary>A lease and then those of the other workers of its range, if it has any.</summary>
    public IEnumerable<IssuedLease> RangeOf(IssuedLease lease)
    {
        yield return lease;
        if (!Sets.TryGetValue(lease.Lease.Slot == 0 ? lease.Id : lease.Lease.DrawnFrom, out var set)) yield break;
        foreach (var other in set.Leases)
        {
            if (other != lease) yield return other;
        }
    }

    /// <summary>A worker whose result was not accepted gets no more leases of this job.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="task">What was found of it.</param>
    /// <param name="opens">Whether nothing came of it that does not open.</param>
    public void Distrust(PeerId worker, TaskVerdict task, bool opens)
    {
        if (!Candidates.TryGetValue(worker, out var candidate)) return;
        var judge = Request.Verification.By == ConfirmedBy.Issuer ? "re-execution" : "output that other workers gave";
        candidate.Distrusted = task.Outcome == VerdictOutcome.Rejected
            ? $"its result of task {task.Task} differs from the {judge}"
            : $"its output of task {task.Task} " + (opens ? "did not come in time, or could not be compared" : "does not open to what it committed to");
    }

    /// <summary>The bid that a lease of this job's offer was awarded on, where it is held.</summary>
    public SignedEnvelope? BidOf(Lease lease)
    {
        if (lease.OfferId != Offer?.Id || !Candidates.TryGetValue(lease.Worker, out var candidate) || candidate.BidEnvelope is not { } bid) return null;
        return Bid.HashOf(bid) == lease.BidHash ? bid : null;
    }

    private static JobSecrets Opened(ISigner signer, JobRequest request)
    {
        if (request.SealedSecrets.IsEmpty) return JobSecrets.None;
        var opened = signer.Open(request.SealedSecrets.Span, Domains.SealedSecrets, request.Spec.Salt.ToArray());
        Invariant.Check(opened is not null, "this node sealed them to itself");
        return JobSecrets.Decode(opened);
    }

    public JobView View()
    {
        var tasks = ImmutableArray.CreateBuilder<TaskView>((int)Request.Spec.Tasks);
        for (uint task = 0; task < Request.Spec.Tasks; task++) tasks.Add(ViewOf(task));
        var leases = ImmutableArray.CreateBuilder<LeaseView>(Leases.Count);
        ulong total = 0;
        foreach (var lease in Leases.Values)
        {
            var view = lease.View();
            total += view.DueMicro;
            leases.Add(view);
        }

        return new JobView(Id, Request, State, Cause, SubmittedMs, EndedMs, tasks.MoveToImmutable(), leases.MoveToImmutable(), total)
        {
            CollectBeforeMs = CollectBeforeMs,
            Collected = Collected,
            Swept = Swept,
        };
    }

    private TaskView ViewOf(uint task)
    {
        if (!Leases.TryGetValue(Tasks.LeaseOf(task), out var lease)) return new TaskView(task, TaskState.Pending, PeerId.None, default, null, 0, 0, 0, 0, "");
        var at = (int)(task - lease.Lease.FirstTask);
        var leaf = lease.Link.Chains.Body<Opening>() is { } opening && at < opening.Leaves.Length ? opening.Leaves[at] : null;
        lease.Confirmed.TryGetValue(task, out var confirmed);
        var fault = lease.FaultOf(task);
        var state = lease.Link.Phase switch
        {
            _ when Tasks.IsDone(task) => fault.Length == 0 ? TaskState.Accepted : TaskState.Failed,
            LeasePhase.Committed or LeasePhase.Revealed => TaskState.Committed,
            LeasePhase.Opened => TaskState.Confirming,
            _ => TaskState.Leased,
        };
        var output = at < lease.Outputs.Length && lease.OutputsKept ? lease.Outputs[at] : null;
        return new TaskView(task, state, lease.Lease.Worker, lease.Id, output, leaf?.Fuel ?? 0, lease.FetchMs, leaf?.RunMs ?? 0, confirmed?.RunMs ?? 0, fault)
        {
            Copies = output is null ? [] : CopiesOf(task, lease),
            CpuMs = leaf?.CpuMs ?? 0,
            PeakMemoryBytes = leaf?.PeakMemoryBytes ?? 0,
            BytesIn = _bytesIn,
            BytesOut = leaf?.Size ?? 0,
        };
    }

    private ImmutableArray<BlobRef> CopiesOf(uint task, IssuedLease lease)
    {
        if (Sets.Count == 0) return [];
        var copies = ImmutableArray<BlobRef>.Empty;
        foreach (var other in RangeOf(lease))
        {
            if (other != lease && other.OutputsKept && other.IsAccepted(task) && !other.Outputs.IsEmpty)
                copies = copies.Add(other.Outputs[(int)(task - other.Lease.FirstTask)]);
        }

        return copies;
    }
}
