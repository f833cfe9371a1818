// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Runs;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Checkpoints;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Core.Effects;

/// <summary>Something that a shell shall do. Effects of one event are in order.</summary>
public abstract record NodeEffect
{
    /// <summary>True for what promises something: it leaves only when every <see cref="Keep"/> before it is durable.</summary>
    public virtual bool Binding => false;
}

/// <summary>Appends to the journal.</summary>
/// <param name="Entry">The entry.</param>
public sealed record Keep(JournalEntry Entry) : NodeEffect;

/// <summary>Sends a message over an existing connection; dropped where there is none (the machine says it again after a sync).</summary>
/// <param name="To">The peer.</param>
/// <param name="Message">The message.</param>
/// <param name="IsBinding">Whether it promises something.</param>
public sealed record Say(PeerId To, PeerMessage Message, bool IsBinding) : NodeEffect
{
    /// <inheritdoc/>
    public override bool Binding => IsBinding;
}

/// <summary>Dials a peer; answers with <see cref="Events.PeerUp"/> or <see cref="Events.PeerUnreachable"/>.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="Address">Multiaddress in text form.</param>
public sealed record Reach(PeerId Peer, string Address) : NodeEffect;

/// <summary>Fetches encrypted blobs into the store, opens them once and checks their plain hash; answers with <see cref="Events.BlobsFetched"/> or
/// <see cref="Events.BlobsFailed"/>.</summary>
/// <param name="Fetch">Names the fetch.</param>
/// <param name="From">Who has them.</param>
/// <param name="Blobs">With their content keys.</param>
/// <param name="Token">The issuer's word that they may be fetched.</param>
public sealed record FetchBlobs(RunKey Fetch, PeerId From, ImmutableArray<BlobRef> Blobs, SignedToken Token) : NodeEffect
{
    /// <summary>First task of the bundles that shall be read for faults of the program; null where nobody asks.</summary>
    public uint? FaultsFrom { get; init; }
}

/// <summary>
/// Serves blobs to whom a token of the issuer names, in place of those that were served under this scope before. Not journalled: a machine says
/// it again in its next life.
/// </summary>
/// <param name="Scope">The job for its inputs, the lease for its outputs.</param>
/// <param name="Issuer">Whose tokens count.</param>
/// <param name="Roots">The blobs.</param>
public sealed record ShareBlobs(Hash32 Scope, PeerId Issuer, ImmutableArray<Hash32> Roots) : NodeEffect
{
    /// <summary>Who else has them: told to whom is served.</summary>
    public ImmutableArray<Contact> Holders { get; init; } = [];
}

/// <summary>Serves the blobs of a job or lease that has ended no more.</summary>
/// <param name="Scope">As in <see cref="ShareBlobs"/>.</param>
public sealed record WithholdBlobs(Hash32 Scope) : NodeEffect;

/// <summary>
/// Keeps blobs in the store, those that are still to come too, beside what the owner pinned before: neither the quota nor a sweep takes them. Not
/// journalled: a machine says it again in its next life.
/// </summary>
/// <param name="Owner">The lease, and on which side of it.</param>
/// <param name="Roots">The blobs.</param>
public sealed record PinBlobs(RunKey Owner, ImmutableArray<Hash32> Roots) : NodeEffect;

/// <summary>Lets go of all that an owner pinned. Nothing is deleted by it: room is taken from what nobody pins when room is wanted.</summary>
/// <param name="Owner">As in <see cref="PinBlobs"/>.</param>
public sealed record UnpinBlobs(RunKey Owner) : NodeEffect;

/// <summary>
/// The machine has said what it pins and shares of the lives before: what nobody needs of what lies in the store was left by a crash, and goes. Before
/// this nothing is taken away for want of room.
/// </summary>
public sealed record SweepBlobs : NodeEffect;

/// <summary>
/// An offer needs an image that is not here, or that its owner wants to be asked about: judges it by what the owner allows, and fetches it where that is
/// so. What is not to be had is said by <see cref="Events.ImageDenied"/>; what is here then, by <see cref="Events.NativesChanged"/>.
/// </summary>
/// <param name="OfferId">The offer.</param>
/// <param name="From">Who made it, and has the image or knows who has.</param>
/// <param name="Image">Its digest, <c>sha256:</c> and 64 hexadecimal digits.</param>
public sealed record SeekImage(Hash32 OfferId, PeerId From, string Image) : NodeEffect;

/// <summary>A job or lease needs an image: it stays, and is served where that is wanted. Not journalled: a machine says it again in its next life.</summary>
/// <param name="Scope">The job or lease; what was said for it before counts no more.</param>
/// <param name="Image">Its digest.</param>
/// <param name="Serves">Whether it is given to peers that name it.</param>
public sealed record HoldImage(Hash32 Scope, string Image, bool Serves) : NodeEffect
{
    /// <summary>Who else has it: told to who asks.</summary>
    public ImmutableArray<Contact> Holders { get; init; } = [];
}

/// <summary>A job or lease needs its image no more.</summary>
/// <param name="Scope">As in <see cref="HoldImage"/>.</param>
public sealed record ReleaseImage(Hash32 Scope) : NodeEffect;

/// <summary>
/// Runs tasks one after another in one sandboxed child; answers with <see cref="Events.TaskBegan"/> and <see cref="Events.TaskRan"/> for
/// each, or <see cref="Events.RunBroke"/>. Binding: nothing runs that the journal does not know.
/// </summary>
/// <param name="Run">Names the run.</param>
/// <param name="Spec">Program and data; its blobs are in the store.</param>
/// <param name="Tasks">Tasks to run, in order.</param>
/// <param name="OutputKey">Key from which the content keys of the outputs come; empty for a confirmation, which keeps only hashes.</param>
public sealed record StartRun(RunKey Run, JobSpec Spec, ImmutableArray<uint> Tasks, ReadOnlyMemory<byte> OutputKey) : NodeEffect
{
    /// <summary>What the first of the tasks goes on from, its packs in the store; null: it begins.</summary>
    public Checkpoint? Resume { get; init; }

    /// <summary>What is added to the environment and never written down.</summary>
    public JobSecrets Secrets { get; init; } = JobSecrets.None;

    /// <inheritdoc/>
    public override bool Binding => true;

    /// <summary>Content key of one task's output: the same when a task runs again after a crash.</summary>
    /// <param name="outputKey">The run's key.</param>
    /// <param name="task">Task index.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] ContentKey(ReadOnlySpan<byte> outputKey, uint task)
        => new HashBuilder("peercompute/1/content-key").Add(outputKey).Add(task).Hash().ToArray();
}

/// <summary>
/// Asks a run's program to end: what it saves by then comes as <see cref="Events.CheckpointMade"/>, its end as <see cref="Events.RunBroke"/>. Nothing comes
/// where there is no such run.
/// </summary>
/// <param name="Run">Which.</param>
/// <param name="GraceMs">How long the program may take, milliseconds.</param>
public sealed record EaseRun(RunKey Run, ulong GraceMs) : NodeEffect;

/// <summary>Compares outputs that are in the store by a spec's comparators; answers with <see cref="Events.OutputsCompared"/>.</summary>
/// <param name="Run">Names the comparison.</param>
/// <param name="Comparators">Of the spec.</param>
/// <param name="Pairs">What is compared.</param>
public sealed record CompareOutputs(RunKey Run, ImmutableArray<Comparator> Comparators, ImmutableArray<OutputPair> Pairs) : NodeEffect;

/// <summary>Stops a run, fetch or comparison; no more events of it come.</summary>
/// <param name="Run">Which.</param>
public sealed record StopRun(RunKey Run) : NodeEffect;

/// <summary>
/// Frees what a lease or job that has ended left in the store. Not binding for a lease: should its end be forgotten in a crash, inputs are fetched
/// anew. Binding for a job, whose inputs nobody else has, and for a checkpoint, which is gone on from until a later one is durable. What is still shared
/// stays.
/// </summary>
/// <param name="Roots">Blobs that no live lease needs.</param>
/// <param name="IsBinding">Whether the end must be durable first.</param>
public sealed record DropBlobs(ImmutableArray<Hash32> Roots, bool IsBinding) : NodeEffect
{
    /// <inheritdoc/>
    public override bool Binding => IsBinding;
}

/// <summary>A job's view changed: publish it.</summary>
/// <param name="JobId">The job.</param>
public sealed record JobChanged(Hash32 JobId) : NodeEffect;

/// <summary>A job ended with a receipt: write it where the client finds it.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Receipt">The signed file.</param>
public sealed record IssueReceipt(Hash32 JobId, ReadOnlyMemory<byte> Receipt) : NodeEffect
{
    /// <inheritdoc/>
    public override bool Binding => true;
}

/// <summary>Something an operator should read.</summary>
/// <param name="Text">One line.</param>
public sealed record Note(string Text) : NodeEffect;
