// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core.Leases;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Views;
using PeerCompute.Trust.Commitments;
using PeerCompute.Wire.Blobs;
using PeerCompute.Wire.Checkpoints;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Issuing;

/// <summary>A lease that this node awarded: the confirmation of what its worker commits to.</summary>
internal sealed class IssuedLease
{
    /// <summary>
    /// How long an opening is waited for, and a range waits for the outputs of one worker, while others may do without: milliseconds, and bytes that come in
    /// each further one (2 Mbit/s).
    /// </summary>
    private const ulong PatienceMs = 60_000, PatientBytesPerMs = 256;

    private readonly NodeContext _node;
    private LivePace _pace;

    public IssuedLease(NodeContext node, IssuedJob job, Hash32 id, PeerId worker)
    {
        _node = node;
        Job = job;
        Link = new LeaseLink(node, id, worker, isIssuer: true, Appended);
    }

    public IssuedJob Job { get; }

    public LeaseLink Link { get; }

    public Hash32 Id => Link.Id;

    public Lease Lease => Link.Lease;

    public RunKey Run => new(Id, RunRole.Confirm);

    /// <summary>The bid that it was awarded on; a worker may have bid anew since.</summary>
    public SignedEnvelope? Bid { get; init; }

    /// <summary>Who its result goes back to: its worker, and the makers of the checkpoint that it went on from.</summary>
    public ImmutableArray<PeerId> Makers { get; init; } = [];

    /// <summary>Number of the last checkpoint of it that is kept; 0 while none is.</summary>
    public ulong CheckpointNumber { get; private set; }

    /// <summary>The checkpoint that is fetched now, or null.</summary>
    public Checkpoint? Bringing { get; set; }

    /// <summary>The last one that its worker told of, and that is fetched next, or null.</summary>
    public Checkpoint? Announced { get; set; }

    /// <summary>What came out of the re-execution so far.</summary>
    public OrderedMap<uint, TaskResult> Confirmed { get; } = new();

    public bool Fetching { get; set; }

    /// <summary>This life's word to ourselves that the outputs may be fetched; null while none was signed.</summary>
    public SignedToken? OutputToken { get; set; }

    /// <summary>The outputs are in the store, opened and found to match.</summary>
    public bool OutputsKept { get; set; }

    /// <summary>The outputs do not open to what was committed.</summary>
    public bool Unavailable { get; set; }

    /// <summary>What its outputs are fetched for that was here and is gone; null where they are not.</summary>
    public LostOutputs? BringsBack { get; set; }

    /// <summary>What its tasks say; null where they said nothing, or others have spoken since.</summary>
    public LiveView? Live { get; set; }

    /// <summary>How often its tasks may say something.</summary>
    public ref LivePace Pace => ref _pace;

    public bool Confirming { get; set; }

    /// <summary>How often the own confirmation broke.</summary>
    public int Breaks { get; set; }

    /// <summary>Why it broke last.</summary>
    public string BreakReason { get; set; } = "";

    /// <summary>How often outputs did not come when they were asked for.</summary>
    public int FetchFailures { get; set; }

    /// <summary>When outputs that did not come are asked for again.</summary>
    public Instant NextFetch { get; set; }

    /// <summary>When the others of its range stop waiting for its outputs; never before they are wanted.</summary>
    public Instant LateAt { get; private set; } = Instant.Never;

    /// <summary>When its tasks go to another although it is committed, for want of an opening; never before this life has seen it revealed.</summary>
    public Instant OpenBy { get; private set; } = Instant.Never;

    /// <summary>When the worker's last word stops being waited for, Unix milliseconds; 0 while not closed.</summary>
    public ulong SettleByMs { get; set; }

    /// <summary>Content keys of the opened tasks, or empty.</summary>
    public ImmutableArray<BlobRef> Outputs { get; private set; } = [];

    /// <summary>Milliseconds from accept to start, by the worker's clock: how long its inputs took.</summary>
    public ulong FetchMs
    {
        get
        {
            var (accepted, started) = (Link.Chains.Find<Accept>()?.Entry.Header.TimeMs ?? 0, Link.Chains.Find<Started>()?.Entry.Header.TimeMs ?? 0);
            return started > accepted ? started - accepted : 0;
        }
    }

    /// <summary>Whether its commit is opened and the opening matches.</summary>
    public bool Opened => !Outputs.IsEmpty && Link.Phase != LeasePhase.Cancelled;

    /// <summary>What the program did wrong, as the outputs that were fetched say.</summary>
    public ImmutableArray<TaskFault> Faults { get; set; } = [];

    /// <summary>Whether the worker is kept busy by it.</summary>
    public bool Occupies => Link.Phase is LeasePhase.Awarded or LeasePhase.Accepted or LeasePhase.Running;

    /// <summary>Whether nothing more of it is needed for the job.</summary>
    public bool Over => Link.Chains.Ended || (Link.Phase == LeasePhase.Closed && SettleByMs != 0 && _node.NowMs > SettleByMs);

    /// <summary>
    /// Its outputs are wanted in this life: the range's patience with it begins. At most half of the time that is left, so that the others can be judged
    /// within the rest whatever size it says.
    /// </summary>
    public void Want()
    {
        if (LateAt != Instant.Never) return;
        var (patience, left) = (PatienceMs, Lease.ConfirmByMs - Math.Min(Lease.ConfirmByMs, _node.NowMs));
        foreach (var output in Outputs) patience += Math.Min(output.Size / PatientBytesPerMs, left);
        LateAt = _node.Now.Mono + new TimeSpan((long)Math.Min(patience, Math.Min(left / 2, 1UL << 40)) * TimeSpan.TicksPerMillisecond);
    }

    /// <summary>Its nonce is revealed: the wait for the opening begins. At most half of the time that is left, so that another can do the tasks.</summary>
    public void AwaitOpening()
    {
        if (OpenBy != Instant.Never) return;
        var left = Lease.ConfirmByMs - Math.Min(Lease.ConfirmByMs, _node.NowMs);
        OpenBy = _node.Now.Mono + new TimeSpan((long)Math.Min(PatienceMs, left / 2) * TimeSpan.TicksPerMillisecond);
    }

    /// <summary>Its outputs are here no more, which counts as a fetch that failed.</summary>
    public void LoseOutputs() => (OutputsKept, LateAt, FetchFailures) = (false, Instant.Never, FetchFailures + 1);

    /// <summary>Checks an opening and takes the content keys out of it; empty, or what is wrong.</summary>
    public string Open()
    {
        if (!Outputs.IsEmpty) return "";
        var opening = Link.Chains.Body<Opening>()!;
        var wrong = RangeCommitment.Check(Lease, Link.Chains.Body<Commit>()!, opening);
        if (wrong.Length > 0) return wrong;
        var keys = _node.Signer.Open(opening.SealedKeys.Span, Domains.SealedKeys, Id.ToArray());
        if (keys is null || keys.Length != 32 * opening.Leaves.Length) return "the content keys do not open";
        var outputs = ImmutableArray.CreateBuilder<BlobRef>(opening.Leaves.Length);
        for (var i = 0; i < opening.Leaves.Length; i++)
        {
            var leaf = opening.Leaves[i];
            var key = keys.AsMemory(32 * i, 32);
            if (RangeCommitment.HashOfKey(key.Span) != leaf.KeyHash) return $"the content key of task {leaf.Task} is not the committed one";
            outputs.Add(new BlobRef(leaf.OutputHash, leaf.Size, leaf.CipherRoot, key));
        }

        Outputs = outputs.MoveToImmutable();
        return "";
    }

    /// <summary>The output hash that the opening names for a task; none where it names none.</summary>
    public Hash32 OutputOf(uint task)
    {
        var at = (long)task - Lease.FirstTask;
        return at >= 0 && at < Outputs.Length ? Outputs[(int)at].Plain : default;
    }

    /// <summary>Whether the verdict accepted a task by this worker's own output, or an equal one: who has it has what counts.</summary>
    public bool IsAccepted(uint task)
    {
        var at = (long)task - Lease.FirstTask;
        if (Link.Chains.Body<Verdict>() is not { } verdict || at < 0 || at >= verdict.Tasks.Length) return false;
        var opened = Link.Chains.Body<Opening>()!.Leaves[(int)at];
        return verdict.Tasks[(int)at] is { Outcome: VerdictOutcome.Accepted } found && found.Task == task && found.Recomputed == opened.OutputHash;
    }

    /// <summary>Whether it was closed with an accepted task.</summary>
    public bool HasAccepted => Link.Chains.Body<Close>() is { Accepted: > 0 };

    /// <summary>What the program did wrong in a task, or empty.</summary>
    public string FaultOf(uint task)
    {
        if (Confirmed.TryGetValue(task, out var result)) return result.Fault;
        foreach (var fault in Faults)
        {
            if (fault.Task == task) return fault.Text;
        }

        return "";
    }

    /// <summary>Opened tasks that were not re-executed yet.</summary>
    public ImmutableArray<uint> ToConfirm()
    {
        var tasks = ImmutableArray.CreateBuilder<uint>();
        foreach (var leaf in Link.Chains.Body<Opening>()!.Leaves)
        {
            if (!Confirmed.ContainsKey(leaf.Task)) tasks.Add(leaf.Task);
        }

        return tasks.ToImmutable();
    }

    /// <summary>Keeps a checkpoint of it.</summary>
    public void Hold(Checkpoint checkpoint)
    {
        CheckpointNumber = checkpoint.Number;
        Job.Checkpoints.Add(checkpoint, Makers);
    }

    /// <summary>Takes the chains back, as far as the other side holds them.</summary>
    public void Cut(int issuerCount, int workerCount)
    {
        if (issuerCount == 0) Job.Tasks.Release(Lease.FirstTask, Lease.TaskCount, Id);
        Link.Chains.Cut(issuerCount, workerCount);
    }

    /// <summary>
    /// Whether an award of ours that the worker shows may stand in the place of the one we hold: we were set back and gave the same award
    /// again, and the worker never answered to that.
    /// </summary>
    public bool Yields(Award award, Hash32 entry)
    {
        if (Link.Chains.Issuer.Count != 1 || Link.Chains.IssuerHead == entry || Link.Chains.Worker.Count != 0 || award.Lease.Worker != Lease.Worker)
            return false;
        return Job.Tasks.IsFree(award.Lease.FirstTask, award.Lease.TaskCount, Id);
    }

    public LeaseView View()
    {
        var keeps = Link.Phase == LeasePhase.Settled && HasAccepted && !Job.Collected && _node.NowMs <= Lease.ConfirmByMs + Lease.Placement.RetainMs;
        return LeaseViews.Of(Link, Link.Chains.Body<Fail>()?.Text ?? "") with { Keeps = keeps && Lease.Placement.RetainMs > 0, Live = Live };
    }

    private void Appended(KeptEntry kept)
    {
        var (first, count) = (Lease.FirstTask, Lease.TaskCount);
        switch (kept.Entry.Body)
        {
            case Award when Lease.Slot == 0:
                Job.Tasks.Take(first, count, Id);
                break;
            case Commit commit when commit.Done < count && !Link.Chains.Ended:
                Job.Tasks.Release(first + commit.Done, count - commit.Done, Id);
                break;
            case Cancel cancel:
                Job.Tasks.Release(first, count, Id);
                if (cancel.Reason == CancelReason.Cancelled || !Job.Candidates.TryGetValue(Lease.Worker, out var candidate)) break;
                if (candidate.Distrusted.Length == 0 && (cancel.Reason == CancelReason.BadOpening || Withheld)) candidate.Distrusted = cancel.Text;
                Count(candidate);
                break;
            case Verdict verdict:
                foreach (var task in verdict.Tasks) Take(task);

                Job.Tasks.Release(first, count, Id);
                break;
        }
    }

    /// <summary>
    /// Whether replicas were to confirm a commit that its worker was given the nonce of and did not open: it knew by then whom the draw takes, and whoever did
    /// so again and again would choose its judges.
    /// </summary>
    private bool Withheld => Lease.Verification.By != ConfirmedBy.Issuer && Link.Chains.Find<Reveal>() is not null && Link.Chains.Find<Opening>() is null;

    /// <summary>
    /// Counts a lease without a result; an owner that takes the machine back is to blame for nothing, and the tasks neither. Nor is who went on from
    /// another's checkpoint and got no further: that counts against the checkpoint. A checkpoint excuses nobody who withholds what came out.
    /// </summary>
    private void Count(Candidate candidate)
    {
        var fail = Link.Chains.Body<Fail>();
        var withdrawn = fail is { Kind: FailKind.Owner } && ++candidate.Withdrawals <= Candidate.WithdrawalsMost;
        var saved = CheckpointNumber > 0 && !Withheld && ++candidate.Savings <= Candidate.SavingsMost;
        if (withdrawn || saved) Job.Tasks.Excuse(Lease.FirstTask, Lease.TaskCount);
        if (withdrawn) return;
        if (Lease.ResumeRoot.IsZero || CheckpointNumber > 0) candidate.Failures++;
        else Job.Checkpoints.Blame(Lease.FirstTask, Lease.ResumeRoot, fail is { Kind: FailKind.Input or FailKind.Spec });
    }

    private void Take(TaskVerdict verdict)
    {
        if (verdict.Outcome != VerdictOutcome.Accepted)
        {
            Job.Distrust(Lease.Worker, verdict, opens: !Unavailable);
            return;
        }

        // Where replicas confirm each other, the task is whose output is in the store, and is the one that the others were compared with.
        var mine = Lease.Verification.By == ConfirmedBy.Issuer ? Job.Tasks.LeaseOf(verdict.Task) == Id : OutputsKept && IsAccepted(verdict.Task);
        if (Job.Tasks.IsDone(verdict.Task) || !mine) return;
        Job.Tasks.Finish(verdict.Task, Id);
        Job.Checkpoints.Forget(verdict.Task);
        if (Job.Fault.Length == 0 && FaultOf(verdict.Task) is { Length: > 0 } fault) Job.Fault = $"task {verdict.Task}: {fault}";
    }
}
