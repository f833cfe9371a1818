// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Runs;
using PeerCompute.Wire.Checkpoints;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Issuing;

/// <summary>
/// Checkpoints on the issuer's side: fetched from who runs a task, kept, given to who runs it next (docs/decisions/0024). No result is judged by them, and
/// nobody by a result that went on from one.
/// </summary>
internal sealed partial class IssuerDesk
{
    /// <summary>Checkpoints of a lease beyond those that its time allows: the last one before the owner's stop, and what waited.</summary>
    private const ulong CheckpointsSpare = 8;

    public void Restore(CheckpointKept entry)
    {
        if (_leases.TryGetValue(entry.Run.LeaseId, out var lease)) lease.Hold(entry.Checkpoint);
    }

    public void Restore(CheckpointsRejected entry) => _jobs[entry.JobId].Checkpoints.Reject(entry.Task);

    /// <summary>A worker says that a checkpoint is there.</summary>
    public void CheckpointCame(CheckpointCame e)
    {
        if (!_leases.TryGetValue(e.Message.LeaseId, out var lease) || lease.Link.Other != e.From || lease.Job.Ended) return;
        if (e.Message.Number <= lease.CheckpointNumber)
        {
            Answer(lease, lease.CheckpointNumber);
            return;
        }

        if (lease.Lease.Slot > 0)
        {
            Answer(lease, e.Message.Number); // nobody goes on from a replica's: its worker need not wait with it
            return;
        }

        if (Wrong(lease, e.Message, out var checkpoint) is { Length: > 0 } wrong)
        {
            node.Tell($"lease {lease.Id.Short()}: a checkpoint of {e.From.Short()} is not taken: {wrong}");
            return;
        }

        lease.Announced = checkpoint;
        FetchCheckpoint(lease);
    }

    /// <summary>A checkpoint is here, or did not come.</summary>
    public void CheckpointFetched(Hash32 leaseId, string failure)
    {
        if (!_leases.TryGetValue(leaseId, out var lease) || lease.Bringing is not { } checkpoint) return;
        lease.Bringing = null;
        if (failure.Length > 0)
        {
            node.Tell($"lease {lease.Id.Short()}: checkpoint {checkpoint.Number} of task {checkpoint.Task} did not come: {failure}");
        }
        else if (!lease.Job.Ended && !lease.Job.Tasks.IsDone(checkpoint.Task))
        {
            node.Keep(new CheckpointKept(lease.Run, checkpoint));
            lease.Hold(checkpoint);
            Answer(lease, checkpoint.Number);
        }

        TidyCheckpoints(lease.Job);
        node.Effects.Add(new UnpinBlobs(Coming(lease)));
        FetchCheckpoint(lease);
        Advance(lease.Job);
    }

    private void Answer(IssuedLease lease, ulong number)
        => node.Say(lease.Link.Other, new CheckpointMessage(lease.Id, number, default), binding: true);

    /// <summary>What is wrong with a message; empty, and the checkpoint, where nothing is.</summary>
    private string Wrong(IssuedLease lease, CheckpointMessage message, out Checkpoint checkpoint)
    {
        checkpoint = null!;
        var (limits, started) = (lease.Lease.Limits, lease.Link.Chains.Find<Started>());
        if (started is null || !lease.Occupies || limits.CheckpointBytes == 0) return "no task of it saves any at this time";
        var age = node.NowMs - Math.Min(node.NowMs, lease.Link.Chains.Issuer[0].Entry.Header.TimeMs);
        if (message.Number > CheckpointsSpare + (age / limits.CheckpointEveryMs)) return $"it is number {message.Number} after {age / 1000} s";
        try
        {
            var opened = node.Signer.Open(message.Box.Span, Domains.SealedCheckpoint, lease.Id.ToArray());
            if (opened is null) return "it does not open with this node's key";
            checkpoint = Checkpoint.Decode(opened);
        }
        catch (WireException e)
        {
            return e.Message;
        }

        var (task, most) = (checkpoint.Task, Checkpoint.PacksBytesMost(limits));
        if (checkpoint.Number != message.Number || task < lease.Lease.FirstTask || task >= lease.Lease.EndTask) return "it is of another lease";
        if (checkpoint.Size > Checkpoint.SizeMost(limits) || checkpoint.PacksBytes > most)
            return $"it has {checkpoint.PacksBytes} bytes, {checkpoint.Size} when unpacked; the job allows {limits.CheckpointBytes} (checkpoint.max)";
        return "";
    }

    private void FetchCheckpoint(IssuedLease lease)
    {
        // Told while another one came. What is kept is never older than what was kept before: else two numbers in turn would be kept for ever.
        if (lease.Announced is { } told && told.Number <= lease.CheckpointNumber) lease.Announced = null;
        if (lease.Bringing is not null || lease.Announced is not { } next || lease.Link.Chains.Ended || !node.Up.Contains(lease.Link.Other)) return;
        (lease.Bringing, lease.Announced) = (next, null);
        node.Effects.Add(new PinBlobs(Coming(lease), next.Roots));
        node.Effects.Add(new FetchBlobs(Coming(lease), lease.Link.Other, next.Packs, OutputToken(lease)));
    }

    private static RunKey Coming(IssuedLease lease) => new(lease.Id, RunRole.Checkpoint);

    private void StopBringing(IssuedLease lease)
    {
        if (lease.Bringing is not null)
        {
            node.Effects.Add(new StopRun(Coming(lease)));
            node.Effects.Add(new UnpinBlobs(Coming(lease)));
        }

        lease.Bringing = lease.Announced = null;
    }

    /// <summary>
    /// Whether a lease that went on from a checkpoint would be found wrong: then nobody knows whose fault that is. It ends without a verdict, its worker
    /// unpaid and unblamed, and its task begins anew.
    /// </summary>
    private bool GoesAstray(IssuedLease lease, Func<TaskLeaf, TaskVerdict> finding)
    {
        if (lease.Lease.ResumeRoot.IsZero || lease.Unavailable) return false;
        foreach (var leaf in lease.Link.Chains.Body<Opening>()!.Leaves)
        {
            if (finding(leaf).Outcome != VerdictOutcome.Rejected) continue;
            node.Keep(new CheckpointsRejected(lease.Job.Id, leaf.Task));
            lease.Job.Checkpoints.Reject(leaf.Task);
            TidyCheckpoints(lease.Job);
            return CancelLease(lease, CancelReason.Cancelled, "the result, which goes back to a checkpoint of another lease, was not confirmed");
        }

        return false;
    }

    /// <summary>What is kept now is pinned and served; what is no longer, goes.</summary>
    private void TidyCheckpoints(IssuedJob job)
    {
        if (job.Request.Spec.Checkpoint is null) return;
        var (kept, gone) = (KeptPacks(job), ImmutableArray.CreateBuilder<Hash32>());
        foreach (var root in job.SharedPacks)
        {
            if (!kept.Contains(root)) gone.Add(root);
        }

        if (gone.Count == 0 && kept.Count == job.SharedPacks.Count) return;
        PinCheckpoints(job);
        job.SharedPacks = kept;
        if (!job.Ended) Share(job);
        if (gone.Count > 0) node.Effects.Add(new DropBlobs(gone.ToImmutable(), IsBinding: true));
    }

    private static OrderedSet<Hash32> KeptPacks(IssuedJob job)
    {
        var roots = ImmutableArray.CreateBuilder<Hash32>();
        if (!job.Ended) job.Checkpoints.AddRoots(roots);
        var kept = new OrderedSet<Hash32>();
        foreach (var root in roots) kept.Add(root);
        return kept;
    }

    private void PinCheckpoints(IssuedJob job)
    {
        var roots = ImmutableArray.CreateBuilder<Hash32>();
        if (!job.Ended) job.Checkpoints.AddRoots(roots);
        var owner = new RunKey(job.Id, RunRole.Checkpoint);
        node.Effects.Add(new UnpinBlobs(owner));
        if (roots.Count > 0) node.Effects.Add(new PinBlobs(owner, roots.ToImmutable()));
    }
}
