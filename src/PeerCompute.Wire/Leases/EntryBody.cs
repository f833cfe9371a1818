// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;

namespace PeerCompute.Wire.Leases;

/// <summary>What one chain entry says. The issuer says award, reveal, verdict, close, cancel; the worker accept, started, commit, opening, settled,
/// fail.</summary>
public abstract record EntryBody;

/// <summary>Issuer's first: the lease and, sealed to the worker, the spec.</summary>
/// <param name="Lease">The lease.</param>
/// <param name="SealedSpec">An <see cref="AwardSecrets"/> sealed to the bid's key.</param>
/// <param name="Pool">Who replicas are drawn from; its root is the lease's.</param>
public sealed record Award(Lease Lease, ReadOnlyMemory<byte> SealedSpec, Pool Pool) : EntryBody;

/// <summary>Worker's first: signs the lease.</summary>
public sealed record Accept : EntryBody;

/// <summary>Worker: the inputs are there, the first task begins.</summary>
public sealed record Started : EntryBody;

/// <summary>Worker, before anything is revealed: what was computed, salted and keyed to the worker.</summary>
/// <param name="Root">Merkle root over the leaves in order.</param>
/// <param name="Done">Tasks from the start of the range; the rest returns to the market.</param>
public sealed record Commit(Hash32 Root, uint Done) : EntryBody;

/// <summary>Issuer: the nonce behind the lease's nonce hash.</summary>
/// <param name="Nonce">r.</param>
public sealed record Reveal(Hash32 Nonce) : EntryBody;

/// <summary>What the worker says of one task; its keyed hash is a leaf of the commit.</summary>
/// <param name="Task">Task index.</param>
/// <param name="OutputHash">SHA-256 of the task's bundle.</param>
/// <param name="CipherRoot">Root of the encrypted bundle.</param>
/// <param name="KeyHash">Hash of the content key.</param>
/// <param name="Size">Plain bytes of the bundle.</param>
/// <param name="Fuel">Fuel used.</param>
/// <param name="RunMs">Wall milliseconds: the worker's word alone, and not part of the committed leaf.</param>
public sealed record TaskLeaf(uint Task, Hash32 OutputHash, Hash32 CipherRoot, Hash32 KeyHash, ulong Size, ulong Fuel, ulong RunMs)
{
    /// <summary>Milliseconds on processors, all of the task's processes together; 0 where they were not measured. As <see cref="RunMs"/>.</summary>
    public ulong CpuMs { get; init; }

    /// <summary>Most memory held at once, bytes; 0 where it was not measured. As <see cref="RunMs"/>.</summary>
    public ulong PeakMemoryBytes { get; init; }
}

/// <summary>Worker, after the reveal: opens the commit and hands over the content keys.</summary>
/// <param name="Salt">Salt of the leaves.</param>
/// <param name="Leaves">One per task done, in order.</param>
/// <param name="SealedKeys">32-byte content keys in order, sealed to the offer's key.</param>
public sealed record Opening(Hash32 Salt, ImmutableArray<TaskLeaf> Leaves, ReadOnlyMemory<byte> SealedKeys) : EntryBody;

/// <summary>What a confirmation found of one task.</summary>
public enum VerdictOutcome
{
    /// <summary>The recomputed output is the committed one.</summary>
    Accepted = 1,

    /// <summary>The recomputed output differs.</summary>
    Rejected = 2,

    /// <summary>The ciphertext did not come or does not open to the committed output.</summary>
    Unavailable = 3,
}

/// <summary>The finding for one task.</summary>
/// <param name="Task">Task index.</param>
/// <param name="Outcome">What was found.</param>
/// <param name="Recomputed">Hash of the recomputed bundle; none when unavailable.</param>
public sealed record TaskVerdict(uint Task, VerdictOutcome Outcome, Hash32 Recomputed);

/// <summary>Issuer: the findings of who confirmed.</summary>
/// <param name="Seed">H(lease id, r, hash of the commit entry): every draw comes from it.</param>
/// <param name="Confirmer">Who re-executed.</param>
/// <param name="Tasks">One per opened task, in order.</param>
public sealed record Verdict(Hash32 Seed, PeerId Confirmer, ImmutableArray<TaskVerdict> Tasks) : EntryBody;

/// <summary>Issuer: what it owes.</summary>
/// <param name="Accepted">Tasks accepted.</param>
/// <param name="DueMicro">Micro-units owed to the worker.</param>
public sealed record Close(uint Accepted, ulong DueMicro) : EntryBody;

/// <summary>Worker's last: it holds the issuer's whole chain and agrees with what is owed.</summary>
/// <param name="DueMicro">Micro-units, as the close says.</param>
public sealed record Settled(ulong DueMicro) : EntryBody;

/// <summary>Why a worker gives up.</summary>
public enum FailKind
{
    /// <summary>The worker's machine, not the job.</summary>
    Host = 1,

    /// <summary>A task took longer than its wall time.</summary>
    WallTime = 2,

    /// <summary>An input could not be fetched or does not match.</summary>
    Input = 3,

    /// <summary>The sealed spec does not match the lease.</summary>
    Spec = 4,

    /// <summary>The owner took the machine back.</summary>
    Owner = 5,
}

/// <summary>Worker: gives the lease up.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Task">Task at which it stopped.</param>
/// <param name="Text">For people.</param>
public sealed record Fail(FailKind Kind, uint Task, string Text) : EntryBody;

/// <summary>Why an issuer ends a lease without a result.</summary>
public enum CancelReason
{
    /// <summary>The job was cancelled or has failed elsewhere.</summary>
    Cancelled = 1,

    /// <summary>A deadline of the lease passed.</summary>
    Expired = 2,

    /// <summary>The opening does not match the commitment.</summary>
    BadOpening = 3,

    /// <summary>The worker failed; acknowledged.</summary>
    Failed = 4,
}

/// <summary>Issuer: ends the lease without a result.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Text">For people.</param>
public sealed record Cancel(CancelReason Reason, string Text) : EntryBody;
