// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Wire.Leases;

/// <summary>A range of tasks of one job given to one worker: the body that both sides sign (award and accept).</summary>
public sealed record Lease
{
    /// <summary>H(offer id, bid hash, award number).</summary>
    public required Hash32 Id { get; init; }

    /// <summary>The job.</summary>
    public required Hash32 JobId { get; init; }

    /// <summary>The offer.</summary>
    public required Hash32 OfferId { get; init; }

    /// <summary>The worker's signed bid.</summary>
    public required Hash32 BidHash { get; init; }

    /// <summary>Number of this award within the offer.</summary>
    public required uint AwardNumber { get; init; }

    /// <summary>Who pays.</summary>
    public required PeerId Issuer { get; init; }

    /// <summary>Who goes on when the client leaves.</summary>
    public required PeerId Steward { get; init; }

    /// <summary>Who works.</summary>
    public required PeerId Worker { get; init; }

    /// <summary>First task of the range.</summary>
    public required uint FirstTask { get; init; }

    /// <summary>Tasks of the range.</summary>
    public required uint TaskCount { get; init; }

    /// <summary>Replica slot, below <see cref="WireLimits.LeasesPerRange"/>; 0 is the first worker.</summary>
    public required uint Slot { get; init; }

    /// <summary>Root of the pool that replicas are drawn from.</summary>
    public required Hash32 PoolRoot { get; init; }

    /// <summary>The first worker's lease that a replica was drawn for; none in slot 0.</summary>
    public Hash32 DrawnFrom { get; init; }

    /// <summary>Place of a replica's worker in the order that the draw gave; 0 in slot 0.</summary>
    public uint DrawnPlace { get; init; }

    /// <summary>H(r): the nonce that is revealed after the commit.</summary>
    public required Hash32 NonceHash { get; init; }

    /// <summary>Engine semantics id.</summary>
    public required string Semantics { get; init; }

    /// <summary>How results are confirmed.</summary>
    public required VerificationTerms Verification { get; init; }

    /// <summary>What one accepted task costs.</summary>
    public required PriceTerms Price { get; init; }

    /// <summary>How the job is spread.</summary>
    public required PlacementTerms Placement { get; init; }

    /// <summary>When the worker must have accepted, Unix milliseconds.</summary>
    public required ulong StartByMs { get; init; }

    /// <summary>When the commit must be there, Unix milliseconds.</summary>
    public required ulong ResultByMs { get; init; }

    /// <summary>When the verdict must be there, Unix milliseconds.</summary>
    public required ulong ConfirmByMs { get; init; }

    /// <summary>Salted hash of the spec.</summary>
    public required Hash32 SpecHash { get; init; }

    /// <summary>Bounds on each task.</summary>
    public required TaskLimits Limits { get; init; }

    /// <summary>The issuer's X25519 key for content keys, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> SealingKey { get; init; }

    /// <summary>
    /// Root of the checkpoint that the lease's one task goes on from; none where its tasks begin. Both sides sign it: the result is not the worker's alone.
    /// </summary>
    public Hash32 ResumeRoot { get; init; }

    /// <summary>First task after the range.</summary>
    public uint EndTask => FirstTask + TaskCount;

    /// <summary>Id of a lease; never a hash of its body, so that both sides know it before they sign.</summary>
    /// <param name="offerId">The offer.</param>
    /// <param name="bidHash">The bid.</param>
    /// <param name="awardNumber">Number of the award within the offer.</param>
    /// <returns>The id.</returns>
    public static Hash32 IdOf(Hash32 offerId, Hash32 bidHash, uint awardNumber)
        => new HashBuilder("peercompute/1/lease-id").Add(offerId).Add(bidHash).Add(awardNumber).Hash();

    /// <summary>Hash of a nonce as a lease names it.</summary>
    /// <param name="nonce">r.</param>
    /// <returns>H(r).</returns>
    public static Hash32 HashOfNonce(Hash32 nonce) => new HashBuilder("peercompute/1/nonce").Add(nonce).Hash();

    internal V1.Lease ToProto() => new()
    {
        LeaseId = Canonical.Bytes(Id),
        JobId = Canonical.Bytes(JobId),
        OfferId = Canonical.Bytes(OfferId),
        BidHash = Canonical.Bytes(BidHash),
        AwardNumber = AwardNumber,
        Issuer = Canonical.Bytes(Issuer),
        Steward = Canonical.Bytes(Steward),
        Worker = Canonical.Bytes(Worker),
        FirstTask = FirstTask,
        TaskCount = TaskCount,
        Slot = Slot,
        NonceHash = Canonical.Bytes(NonceHash),
        Semantics = Semantics,
        Verification = Verification.ToProto(),
        Price = Price.ToProto(),
        Placement = Placement.ToProto(),
        StartByMs = StartByMs,
        ResultByMs = ResultByMs,
        ConfirmByMs = ConfirmByMs,
        SpecHash = Canonical.Bytes(SpecHash),
        Limits = Limits.ToProto(),
        SealingKey = Canonical.Bytes(SealingKey),
        PoolRoot = Canonical.Bytes(PoolRoot),
        DrawnFrom = Canonical.Bytes(DrawnFrom),
        DrawnPlace = DrawnPlace,
        ResumeRoot = Canonical.Bytes(ResumeRoot),
    };

    internal static Lease From(V1.Lease? m)
    {
        Canonical.Present(m, "lease");
        var lease = new Lease
        {
            Id = Canonical.Hash(m!.LeaseId, "lease.lease_id"),
            JobId = Canonical.Hash(m.JobId, "lease.job_id"),
            OfferId = Canonical.Hash(m.OfferId, "lease.offer_id"),
            BidHash = Canonical.Hash(m.BidHash, "lease.bid_hash"),
            AwardNumber = m.AwardNumber,
            Issuer = Canonical.Peer(m.Issuer, "lease.issuer"),
            Steward = Canonical.Peer(m.Steward, "lease.steward"),
            Worker = Canonical.Peer(m.Worker, "lease.worker"),
            FirstTask = (uint)Canonical.Within(m.FirstTask, 0, WireLimits.TasksPerJob - 1, "lease.first_task"),
            TaskCount = (uint)Canonical.Within(m.TaskCount, 1, WireLimits.TasksPerLease, "lease.task_count"),
            Slot = (uint)Canonical.Within(m.Slot, 0, WireLimits.LeasesPerRange - 1, "lease.slot"),
            NonceHash = Canonical.Hash(m.NonceHash, "lease.nonce_hash"),
            Semantics = NativeSemantics.Checked(m.Semantics, "lease.semantics"),
            Verification = VerificationTerms.From(m.Verification),
            Price = PriceTerms.From(m.Price),
            Placement = PlacementTerms.From(m.Placement),
            StartByMs = Canonical.Within(m.StartByMs, 1, long.MaxValue, "lease.start_by_ms"),
            ResultByMs = Canonical.Within(m.ResultByMs, m.StartByMs, long.MaxValue, "lease.result_by_ms"),
            ConfirmByMs = Canonical.Within(m.ConfirmByMs, m.ResultByMs, long.MaxValue, "lease.confirm_by_ms"),
            SpecHash = Canonical.Hash(m.SpecHash, "lease.spec_hash"),
            Limits = TaskLimits.From(m.Limits, NativeSemantics.Is(m.Semantics)),
            SealingKey = SealingKeys.From(m.SealingKey),
            PoolRoot = Canonical.Hash(m.PoolRoot, "lease.pool_root"),
            DrawnFrom = Canonical.OptionalHash(m.DrawnFrom, "lease.drawn_from"),
            DrawnPlace = (uint)Canonical.Within(m.DrawnPlace, 0, WireLimits.PoolMembers - 1, "lease.drawn_place"),
            ResumeRoot = Canonical.OptionalHash(m.ResumeRoot, "lease.resume_root"),
        };
        if (lease.EndTask > WireLimits.TasksPerJob) throw new WireException("lease.task_count", "the range ends behind the last task a job may have");
        if (lease.Slot > 0 == lease.DrawnFrom.IsZero) throw new WireException("lease.drawn_from", "is there with a slot above 0, and only then");
        if (lease.Slot == 0 && lease.DrawnPlace != 0) throw new WireException("lease.drawn_place", "is 0 in slot 0");
        if (lease.Slot > 0 && lease.Verification.By != ConfirmedBy.Replicas) throw new WireException("lease.slot", "only replicas have slots above 0");
        if (!lease.ResumeRoot.IsZero && (lease.TaskCount > 1 || lease.Slot > 0 || lease.Limits.CheckpointBytes == 0))
            throw new WireException("lease.resume_root", "is of a lease of one task in slot 0 with checkpoints");
        if (lease.Id != IdOf(lease.OfferId, lease.BidHash, lease.AwardNumber))
            throw new WireException("lease.lease_id", "is not H(offer id, bid hash, award number)");
        return lease;
    }
}
