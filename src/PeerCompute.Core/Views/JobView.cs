// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Core.Runs;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Views;

/// <summary>Where a job stands.</summary>
public enum JobState
{
    /// <summary>Handed in; no worker has bid.</summary>
    Offered = 1,

    /// <summary>Leases are out.</summary>
    Running = 2,

    /// <summary>Every task is confirmed and accepted.</summary>
    Accepted = 3,

    /// <summary>It cannot be done as asked.</summary>
    Failed = 4,

    /// <summary>The client cancelled it.</summary>
    Cancelled = 5,

    /// <summary>The deadline passed.</summary>
    Expired = 6,
}

/// <summary>Where a task stands.</summary>
public enum TaskState
{
    /// <summary>In no live lease.</summary>
    Pending = 1,

    /// <summary>In a live lease that has not committed.</summary>
    Leased = 2,

    /// <summary>Committed by its worker.</summary>
    Committed = 3,

    /// <summary>Opened; being confirmed.</summary>
    Confirming = 4,

    /// <summary>Confirmed and accepted.</summary>
    Accepted = 5,

    /// <summary>Confirmed: the program itself failed.</summary>
    Failed = 6,
}

/// <summary>One task of a job.</summary>
/// <param name="Task">Task index.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Worker">Its worker, or none.</param>
/// <param name="LeaseId">Its lease, or none.</param>
/// <param name="Output">The bundle in the store once opened.</param>
/// <param name="Fuel">Fuel that the worker used.</param>
/// <param name="FetchMs">Milliseconds that its lease's inputs took to come, by the worker's clock.</param>
/// <param name="RunMs">Wall milliseconds on the worker.</param>
/// <param name="ConfirmMs">Wall milliseconds of the confirmation.</param>
/// <param name="Fault">What the program did wrong, or empty.</param>
public sealed record TaskView(
    uint Task,
    TaskState State,
    PeerId Worker,
    Hash32 LeaseId,
    BlobRef? Output,
    ulong Fuel,
    ulong FetchMs,
    ulong RunMs,
    ulong ConfirmMs,
    string Fault)
{
    /// <summary>Milliseconds on the worker's processors, by its word; 0 where it did not say.</summary>
    public ulong CpuMs { get; init; }

    /// <summary>Most memory held on the worker, bytes, by its word; 0 where it did not say.</summary>
    public ulong PeakMemoryBytes { get; init; }

    /// <summary>Bytes of the program's module and inputs.</summary>
    public ulong BytesIn { get; init; }

    /// <summary>Bytes of the task's outputs and standard output; 0 until they are opened.</summary>
    public ulong BytesOut { get; init; }

    /// <summary>The same output under other keys, of other workers, where it was fetched from them: it got lost here.</summary>
    public ImmutableArray<BlobRef> Copies { get; init; } = [];
}

/// <summary>One lease, from either side.</summary>
/// <param name="LeaseId">Its id.</param>
/// <param name="JobId">Its job.</param>
/// <param name="Issuer">Who pays.</param>
/// <param name="Worker">Who works.</param>
/// <param name="FirstTask">First task.</param>
/// <param name="TaskCount">Tasks.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Head">H(issuer's head, worker's head): equal on both sides.</param>
/// <param name="PerTaskMicro">Price of a task.</param>
/// <param name="DueMicro">What is owed, once closed.</param>
/// <param name="Text">Why it ended without a result, or empty.</param>
public sealed record LeaseView(
    Hash32 LeaseId,
    Hash32 JobId,
    PeerId Issuer,
    PeerId Worker,
    uint FirstTask,
    uint TaskCount,
    LeasePhase Phase,
    Hash32 Head,
    ulong PerTaskMicro,
    ulong DueMicro,
    string Text)
{
    /// <summary>Replica slot; 0 is the first worker.</summary>
    public uint Slot { get; init; }

    /// <summary>The first worker's lease that a replica was drawn for; none in slot 0.</summary>
    public Hash32 DrawnFrom { get; init; }

    /// <summary>Tasks whose output the verdict found to be another.</summary>
    public uint Rejected { get; init; }

    /// <summary>Whether its worker keeps accepted outputs for the client.</summary>
    public bool Keeps { get; init; }

    /// <summary>On the issuer's side: what its tasks say; null where they said nothing.</summary>
    public LiveView? Live { get; init; }
}

/// <summary>A job that this node issued.</summary>
/// <param name="JobId">Its id.</param>
/// <param name="Request">As it was handed in.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Cause">Why it is not done, with the remedy; what it waits for while it lives.</param>
/// <param name="SubmittedMs">Unix milliseconds.</param>
/// <param name="EndedMs">Unix milliseconds, 0 while it lives.</param>
/// <param name="Tasks">All tasks in order.</param>
/// <param name="Leases">All leases, oldest first.</param>
/// <param name="TotalMicro">What is owed to workers so far.</param>
public sealed record JobView(
    Hash32 JobId,
    JobRequest Request,
    JobState State,
    string Cause,
    long SubmittedMs,
    long EndedMs,
    ImmutableArray<TaskView> Tasks,
    ImmutableArray<LeaseView> Leases,
    ulong TotalMicro)
{
    /// <summary>When results go that were not collected, Unix milliseconds; 0 where no time was set.</summary>
    public ulong CollectBeforeMs { get; init; }

    /// <summary>Whether the client has the results.</summary>
    public bool Collected { get; init; }

    /// <summary>Whether that time is over, and the results are gone from this node.</summary>
    public bool Swept { get; init; }

    /// <summary>True when nothing more happens.</summary>
    public bool Ended => State >= JobState.Accepted;
}
