// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Core.Runs;
using PeerCompute.Market.Bids;
using PeerCompute.Wire.Checkpoints;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;
using PeerCompute.Wire.Messages;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Core.Events;

/// <summary>Something that happened to a node. Immutable; decoded and signature-checked at the edge.</summary>
public abstract record NodeEvent;

/// <summary>The first event of a life, after the journal was read.</summary>
/// <param name="Incarnation">Start counter and 64 bits from the system; kept before anything is signed under it.</param>
public sealed record NodeStarted(Incarnation Incarnation) : NodeEvent;

/// <summary>Time passed: <see cref="INodeMachine.NextWake"/> is reached.</summary>
public sealed record Tick : NodeEvent;

/// <summary>There is a connection to a peer.</summary>
/// <param name="Peer">Who.</param>
public sealed record PeerUp(PeerId Peer) : NodeEvent;

/// <summary>The last connection to a peer is gone.</summary>
/// <param name="Peer">Who.</param>
public sealed record PeerDown(PeerId Peer) : NodeEvent;

/// <summary>A peer could not be reached.</summary>
/// <param name="Peer">Who.</param>
/// <param name="Reason">For people.</param>
public sealed record PeerUnreachable(PeerId Peer, string Reason) : NodeEvent;

/// <summary>An offer came; its signature is good.</summary>
/// <param name="From">The connection's peer.</param>
/// <param name="Message">The offer.</param>
public sealed record OfferCame(PeerId From, OfferMessage Message) : NodeEvent;

/// <summary>A bid came, is opened, and its signature is good.</summary>
/// <param name="From">The connection's peer.</param>
/// <param name="Bid">The bid.</param>
/// <param name="Envelope">The signed bytes.</param>
public sealed record BidCame(PeerId From, Bid Bid, SignedEnvelope Envelope) : NodeEvent;

/// <summary>A decline came.</summary>
/// <param name="From">The connection's peer.</param>
/// <param name="Decline">The decline.</param>
public sealed record DeclineCame(PeerId From, Decline Decline) : NodeEvent;

/// <summary>Chain entries came; each signature is good.</summary>
/// <param name="From">The connection's peer.</param>
/// <param name="Message">The entries.</param>
public sealed record EntriesCame(PeerId From, EntriesMessage Message) : NodeEvent;

/// <summary>The client has all results of a job that has ended: nobody need keep them.</summary>
/// <param name="JobId">The job.</param>
public sealed record ResultsCollected(Hash32 JobId) : NodeEvent;

/// <summary>Outputs of a lease that we issued are in our store no more, and the client wants them: workers that gave equal ones may still have them. May be
/// said again while they do not come.</summary>
/// <param name="LeaseId">The lease.</param>
public sealed record OutputsWanted(Hash32 LeaseId) : NodeEvent;

/// <summary>The sealed secrets of a lease came.</summary>
/// <param name="From">The connection's peer.</param>
/// <param name="Message">The message.</param>
public sealed record SecretsCame(PeerId From, SecretsMessage Message) : NodeEvent;

/// <summary>A worker tells what a running task says.</summary>
/// <param name="From">The connection's peer.</param>
/// <param name="Message">The message.</param>
public sealed record LiveCame(PeerId From, LiveMessage Message) : NodeEvent;

/// <summary>A peer says what it holds of a lease.</summary>
/// <param name="From">The connection's peer.</param>
/// <param name="Message">What it holds.</param>
public sealed record SyncCame(PeerId From, SyncMessage Message) : NodeEvent;

/// <summary>A client of the local API submits a job; its blobs are in the store.</summary>
/// <param name="Job">The job.</param>
public sealed record SubmitJob(JobRequest Job) : NodeEvent;

/// <summary>A client of the local API cancels a job.</summary>
/// <param name="JobId">The job.</param>
public sealed record CancelJob(Hash32 JobId) : NodeEvent;

/// <summary>The owner lends other than before, or the hours or a pause began or ended. Running leases end under the terms they began with.</summary>
/// <param name="Terms">What is lent now.</param>
public sealed record LendChanged(LendTerms Terms) : NodeEvent;

/// <summary>The owner keeps other roots for native programs than before, or has allowed or withdrawn some.</summary>
/// <param name="Natives">All of them, ascending by id.</param>
/// <param name="SeeksImages">Whether images that are not here may be fetched, where the owner allows them.</param>
public sealed record NativesChanged(ImmutableArray<NativeOffering> Natives, bool SeeksImages = false) : NodeEvent;

/// <summary>An image that an offer needs is not fetched, or not yet: the answer to <see cref="Effects.SeekImage"/>.</summary>
/// <param name="OfferId">The offer.</param>
/// <param name="To">Who made it.</param>
/// <param name="Reason">Why not.</param>
/// <param name="Detail">For people.</param>
public sealed record ImageDenied(Hash32 OfferId, PeerId To, DeclineReason Reason, string Detail) : NodeEvent;

/// <summary>The owner takes the machine back, or its device: what runs for others there ends now.</summary>
/// <param name="Reason">For the issuers, at most 1000 characters.</param>
/// <param name="DeviceOnly">Only leases whose programs have the device; else all leases.</param>
public sealed record StopWork(string Reason, bool DeviceOnly = false) : NodeEvent;

/// <summary>All blobs of a fetch are in the store, decrypted once and found to match.</summary>
/// <param name="Fetch">Which fetch.</param>
public sealed record BlobsFetched(RunKey Fetch) : NodeEvent
{
    /// <summary>For outputs that were asked to be read: the tasks in which the program did something wrong, as their bundles say.</summary>
    public ImmutableArray<TaskFault> Faults { get; init; } = [];
}

/// <summary>Outputs were compared.</summary>
/// <param name="Run">Which comparison.</param>
/// <param name="Found">What was found of each pair, in order.</param>
public sealed record OutputsCompared(RunKey Run, ImmutableArray<PairFound> Found) : NodeEvent;

/// <summary>A fetch ended without all blobs.</summary>
/// <param name="Fetch">Which fetch.</param>
/// <param name="Bad">True when bytes came and do not match what was promised: trying again cannot help.</param>
/// <param name="Reason">For people.</param>
public sealed record BlobsFailed(RunKey Fetch, bool Bad, string Reason) : NodeEvent;

/// <summary>The child began a task.</summary>
/// <param name="Run">Which run.</param>
/// <param name="Task">Task index.</param>
public sealed record TaskBegan(RunKey Run, uint Task) : NodeEvent;

/// <summary>A running task says something of itself.</summary>
/// <param name="Run">Which run.</param>
/// <param name="Task">Task index.</param>
/// <param name="Report">What it says.</param>
public sealed record TaskSaid(RunKey Run, uint Task, LiveReport Report) : NodeEvent;

/// <summary>A checkpoint of the task that runs is in the store.</summary>
/// <param name="Run">Which run.</param>
/// <param name="Checkpoint">Its number is 1 more than that of the one before of this lease, or 1; the machine counts anew.</param>
public sealed record CheckpointMade(RunKey Run, Checkpoint Checkpoint) : NodeEvent;

/// <summary>What a peer says of a checkpoint of a lease.</summary>
/// <param name="From">The connection's peer.</param>
/// <param name="Message">The message.</param>
public sealed record CheckpointCame(PeerId From, CheckpointMessage Message) : NodeEvent;

/// <summary>How fast this node sent what peers fetched from it.</summary>
/// <param name="BytesPerSecond">The fastest of late.</param>
public sealed record UplinkMeasured(ulong BytesPerSecond) : NodeEvent;

/// <summary>The child ended a task: by itself or by a deterministic fault.</summary>
/// <param name="Run">Which run.</param>
/// <param name="Result">What came out.</param>
public sealed record TaskRan(RunKey Run, TaskResult Result) : NodeEvent;

/// <summary>A run ended before all its tasks were done; no more events of it come.</summary>
/// <param name="Run">Which run.</param>
/// <param name="Kind">Why.</param>
/// <param name="Task">Task at which it stopped.</param>
/// <param name="Reason">Cause and remedy.</param>
public sealed record RunBroke(RunKey Run, FailKind Kind, uint Task, string Reason) : NodeEvent;
