// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Core.Runs;
using PeerCompute.Wire.Checkpoints;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Journal;

/// <summary>One fact of a node's life. Replayed in order, the entries give the node's state back.</summary>
public abstract record JournalEntry;

/// <summary>A life began.</summary>
/// <param name="Incarnation">Its incarnation.</param>
public sealed record LifeBegan(Incarnation Incarnation) : JournalEntry;

/// <summary>A job was handed in.</summary>
/// <param name="JobId">Its id.</param>
/// <param name="Job">The job.</param>
/// <param name="SubmittedMs">Unix milliseconds.</param>
public sealed record JobAdded(Hash32 JobId, JobRequest Job, long SubmittedMs) : JournalEntry;

/// <summary>An offer of ours.</summary>
/// <param name="JobId">Its job.</param>
/// <param name="Envelope">The signed offer.</param>
public sealed record OfferMade(Hash32 JobId, SignedEnvelope Envelope) : JournalEntry;

/// <summary>A bid that we may award.</summary>
/// <param name="JobId">Its job.</param>
/// <param name="Envelope">The signed bid.</param>
public sealed record BidTaken(Hash32 JobId, SignedEnvelope Envelope) : JournalEntry;

/// <summary>A bid of ours.</summary>
/// <param name="Offer">The offer it answers.</param>
/// <param name="Bid">The signed bid.</param>
public sealed record BidMade(SignedEnvelope Offer, SignedEnvelope Bid) : JournalEntry;

/// <summary>A chain entry of a lease, ours or the other's.</summary>
/// <param name="Kept">The signed entry.</param>
public sealed record EntryKept(KeptEntry Kept) : JournalEntry;

/// <summary>We were behind or beside: the chains of a lease were taken over from the other side, up to what follows.</summary>
/// <param name="LeaseId">The lease.</param>
/// <param name="IssuerCount">Issuer's entries that stay.</param>
/// <param name="WorkerCount">Worker's entries that stay.</param>
public sealed record ChainsCut(Hash32 LeaseId, uint IssuerCount, uint WorkerCount) : JournalEntry;

/// <summary>A task came out of a run.</summary>
/// <param name="Run">The run.</param>
/// <param name="Result">What came out.</param>
public sealed record TaskKept(RunKey Run, TaskResult Result) : JournalEntry;

/// <summary>The outputs of a lease are in our store, opened and found to match.</summary>
/// <param name="LeaseId">The lease.</param>
/// <param name="Faults">What the program did wrong, where the outputs were read for it; else none.</param>
public sealed record OutputsKept(Hash32 LeaseId, ImmutableArray<TaskFault> Faults) : JournalEntry;

/// <summary>A job ended.</summary>
/// <param name="JobId">The job.</param>
/// <param name="State">How.</param>
/// <param name="Cause">Cause and remedy; empty when accepted.</param>
/// <param name="EndedMs">Unix milliseconds.</param>
/// <param name="Receipt">The signed receipt of an accepted job, else empty.</param>
public sealed record JobEnded(Hash32 JobId, Views.JobState State, string Cause, long EndedMs, ReadOnlyMemory<byte> Receipt) : JournalEntry;

/// <summary>
/// Results are kept no longer. Of a job on its issuer's side: the client collected them, or their time is over and the issuer's copies go. Of a lease on its
/// worker's side: the same, and the worker's copies go.
/// </summary>
/// <param name="Unit">The job or lease.</param>
/// <param name="Collected">Whether they were collected; else their time is over.</param>
public sealed record ResultsReleased(Hash32 Unit, bool Collected) : JournalEntry;

/// <summary>
/// A checkpoint of a task is in our store: on the worker's side one of its own making (role work), on the issuer's one that it fetched (role confirm).
/// </summary>
/// <param name="Run">The lease that it comes from, and which side this is.</param>
/// <param name="Checkpoint">The checkpoint.</param>
public sealed record CheckpointKept(RunKey Run, Checkpoint Checkpoint) : JournalEntry;

/// <summary>A result that went on from a checkpoint was not confirmed: its task begins anew, and goes on from none any more.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Task">Task index.</param>
public sealed record CheckpointsRejected(Hash32 JobId, uint Task) : JournalEntry;

/// <summary>Somebody signed two bodies for one place.</summary>
/// <param name="First">One.</param>
/// <param name="Second">The other.</param>
public sealed record EquivocationSeen(KeptEntry First, KeptEntry Second) : JournalEntry;
