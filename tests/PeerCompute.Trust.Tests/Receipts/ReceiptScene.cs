// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Trust.Commitments;
using PeerCompute.Trust.Draws;
using PeerCompute.Trust.Receipts;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;
using PeerCompute.Wire.Tests;

namespace PeerCompute.Trust.Tests.Receipts;

/// <summary>A job of a client and some workers, both chains of each lease driven by hand.</summary>
internal sealed partial class ReceiptScene
{
    private readonly Samples _make = new(7);
    private uint _awards;

    /// <summary>A job that nobody has worked on yet.</summary>
    /// <param name="tasks">Tasks of the job.</param>
    /// <param name="replicas">Equal outputs that a task needs; 0: the client re-executes.</param>
    /// <param name="workers">How many workers there are; all of them are in the pool of a job by replicas.</param>
    /// <param name="tolerant">Whether outputs need not be equal; the program is a native one then.</param>
    public ReceiptScene(uint tasks = 3, uint replicas = 0, int workers = 2, bool tolerant = false)
    {
        Client = _make.Key();
        Workers = [.. Enumerable.Range(0, workers).Select(_ => _make.Key())];
        Pool = replicas == 0 ? Pool.Empty : Pool.Of(Workers.Select(static w => w.PeerId));
        Spec = (tolerant ? _make.NativeSpec(tasks) : _make.Spec(tasks, withKeys: true)) with
        {
            Forms = [],
            Comparators = tolerant ? [new("out", Comparator.Numbers) { Absolute = "0.1" }] : [],
            Name = "sum",
            Args = ["{index}"],
            Env = ["A=b"],
            Inputs = [new("one", _make.Blob(withKey: true)), new("two", _make.Blob(withKey: true))],
            Outputs = ["out"],
        };
        JobId = Spec.JobIdFor(Client.PeerId);
        Offer = OfferMessage.Sign(Client, _make.Offer(Client) with
        {
            Header = Header(JobId, 0),
            SpecHash = Spec.Hash(),
            Tasks = Spec.Tasks,
            Limits = Spec.Limits,
            Semantics = Spec.Native?.ToString() ?? "wasm-2.0/pc1",
            PriceCeilingMicro = 10,
            Steward = Client.PeerId,
            Verification = replicas == 0 ? VerificationTerms.Issuer : VerificationTerms.Of(replicas) with { Tolerant = tolerant },
            Placement = new PlacementTerms(2, 2, ""),
        });
    }

    public KeyPair Client { get; }

    public ImmutableArray<KeyPair> Workers { get; }

    public Pool Pool { get; }

    /// <summary>Bytes of each award's box.</summary>
    public int SealedBytes { get; init; } = 40;

    public JobSpec Spec { get; }

    public Hash32 JobId { get; }

    public OfferMessage Offer { get; }

    public List<ReceiptDraftLease> Leases { get; } = [];

    /// <summary>The whole job, settled, as a receipt file.</summary>
    public static (ReceiptScene Scene, byte[] File) Finished()
    {
        var scene = new ReceiptScene();
        scene.Run(scene.Workers[0], 0, 2);
        scene.Run(scene.Workers[1], 2, 1);
        return (scene, scene.Build());
    }

    public byte[] Build() => ReceiptBuilder.Build(Client, new ReceiptDraft(Header(JobId, 1), JobId, Spec, Offer.Envelope, 1_000, 9_000, Leases));

    /// <summary>Drives one lease.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="first">First task.</param>
    /// <param name="count">Tasks.</param>
    /// <param name="outcome">What the verdict says of each.</param>
    /// <param name="settle">Whether the worker countersigns.</param>
    /// <param name="price">Price bid for one task.</param>
    public LeaseChains Run(KeyPair worker, uint first, uint count, VerdictOutcome outcome = VerdictOutcome.Accepted, bool settle = true, ulong price = 7)
    {
        var chains = Open(worker, first, count, _ => _make.Hash(), price: price);
        Judge(chains, leaf => (outcome, outcome == VerdictOutcome.Accepted ? leaf.OutputHash : _make.Hash()), settle);
        return chains;
    }

    /// <summary>Drives one lease up to its opening.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="first">First task.</param>
    /// <param name="count">Tasks.</param>
    /// <param name="output">What the worker says each task gave.</param>
    /// <param name="change">Changes the lease before anybody signs it.</param>
    /// <param name="price">Price bid for one task.</param>
    /// <param name="pool">Pool of the award, where not the scene's.</param>
    public LeaseChains Open(
        KeyPair worker, uint first, uint count, Func<uint, Hash32> output, Func<Lease, Lease>? change = null, ulong price = 7, Pool? pool = null)
    {
        var bid = _make.Signed(worker, Domains.Bid, (_make.Bid(worker, Offer.Id) with
        {
            Header = Header(Offer.Id, 0),
            PerTaskMicro = price,
            Semantics = Offer.Offer.Semantics,
        }).Encode());
        var nonce = _make.Hash();
        pool ??= Pool;
        var lease = NewLease(worker, bid, first, count, price) with { NonceHash = Lease.HashOfNonce(nonce), PoolRoot = pool.Root };
        lease = change?.Invoke(lease) ?? lease;
        var chains = new LeaseChains();
        Add(chains, new Award(lease, _make.Bytes(SealedBytes), pool));
        Add(chains, new Accept(), worker);
        Add(chains, new Started(), worker);
        var salt = _make.Hash();
        var leaves = Enumerable.Range((int)lease.FirstTask, (int)lease.TaskCount)
            .Select(task => _make.Leaf((uint)task) with { OutputHash = output((uint)task), Fuel = Spec.Native is null ? 5UL : 0, Size = 9 }).ToImmutableArray();
        Add(chains, new Commit(RangeCommitment.Root(lease.Id, worker.PeerId, salt, leaves), lease.TaskCount), worker);
        Add(chains, new Reveal(nonce));
        Add(chains, new Opening(salt, leaves, _make.Bytes(32)), worker);
        Leases.Add(new ReceiptDraftLease(chains, bid));
        return chains;
    }

    /// <summary>Judges and closes an opened lease.</summary>
    /// <param name="chains">The lease.</param>
    /// <param name="find">The finding on each leaf.</param>
    /// <param name="settle">Whether the worker countersigns.</param>
    public void Judge(LeaseChains chains, Func<TaskLeaf, (VerdictOutcome Outcome, Hash32 Recomputed)> find, bool settle = true)
    {
        var lease = chains.Lease!;
        var findings = chains.Body<Opening>()!.Leaves.Select(leaf => new TaskVerdict(leaf.Task, find(leaf).Outcome, find(leaf).Recomputed));
        Add(chains, new Verdict(DrawSeed.Of(lease.Id, chains.Body<Reveal>()!.Nonce, chains.Find<Commit>()!.Hash), Client.PeerId, [.. findings]));
        var accepted = VerdictCheck.AcceptedIn(chains.Body<Verdict>()!);
        var due = accepted * lease.Price.PerTaskMicro;
        Add(chains, new Close(accepted, due));
        if (settle) Add(chains, new Settled(due), lease.Worker == Client.PeerId ? Client : Workers.First(w => w.PeerId == lease.Worker));
    }

    private Lease NewLease(KeyPair worker, SignedEnvelope bid, uint first, uint count, ulong price)
    {
        var bidHash = Bid.HashOf(bid);
        var number = _awards++;
        return _make.Lease(Client.PeerId, worker.PeerId) with
        {
            Id = Lease.IdOf(Offer.Id, bidHash, number),
            JobId = JobId,
            OfferId = Offer.Id,
            BidHash = bidHash,
            AwardNumber = number,
            Steward = Offer.Offer.Steward,
            FirstTask = first,
            TaskCount = count,
            Semantics = Offer.Offer.Semantics,
            Price = new PriceTerms(Offer.Offer.Price.Unit, price),
            Placement = Offer.Offer.Placement,
            SpecHash = Offer.Offer.SpecHash,
            Limits = Spec.Limits,
            Verification = Offer.Offer.Verification,
        };
    }

    private void Add(LeaseChains chains, EntryBody body, KeyPair? worker = null)
    {
        var byIssuer = LeaseChains.IsIssuers(body);
        var (own, others) = byIssuer ? (chains.Issuer, chains.Worker) : (chains.Worker, chains.Issuer);
        var id = chains.Lease?.Id ?? ((Award)body).Lease.Id;
        var entry = new Entry(
            Header(id, (ulong)own.Count), own.Count == 0 ? default : own[^1].Hash, others.Count == 0 ? default : others[^1].Hash, body);
        chains.Append(KeptEntry.Sign(worker ?? Client, entry));
    }

    private Header Header(Hash32 context, ulong sequence) => new(new Incarnation(3, 4), sequence, context, Rules.Hash, 5_000);
}
