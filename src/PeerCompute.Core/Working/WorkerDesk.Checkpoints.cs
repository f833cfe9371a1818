// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Journal;
using PeerCompute.Wire.Checkpoints;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Working;

/// <summary>Checkpoints on the worker's side: told to the issuer, served until it has them, and gone on from when a run begins again here.</summary>
internal sealed partial class WorkerDesk
{
    /// <summary>How long an issuer may take to fetch the last checkpoint of a lease that the owner ends, and a run to end behind its grace.</summary>
    private static readonly TimeSpan HandOver = new(0, 1, 0);

    /// <summary>What the owner has free within 2 s is a device (docs/home.md): a program on it gets half of that at most, milliseconds.</summary>
    private const ulong DeviceGraceMs = 1000;

    public void Restore(CheckpointKept entry)
    {
        if (_leases.TryGetValue(entry.Run.LeaseId, out var lease)) lease.Checkpoint = entry.Checkpoint;
    }

    public void CheckpointMade(CheckpointMade e)
    {
        if (!_leases.TryGetValue(e.Run.LeaseId, out var lease) || !lease.Running || lease.Results.ContainsKey(e.Checkpoint.Task)) return;
        var before = lease.Checkpoint;
        lease.Checkpoint = e.Checkpoint with { Number = (before?.Number ?? 0) + 1 };
        node.Keep(new CheckpointKept(lease.Run, lease.Checkpoint));
        node.Effects.Add(new UnpinBlobs(lease.Run));
        Pin(lease);
        ShareCheckpoint(lease);
        if (before is not null) DropPacks(before, lease.Checkpoint);
        SayCheckpoint(lease);
        Advance(lease);
    }

    /// <summary>The issuer has a checkpoint.</summary>
    public void CheckpointCame(CheckpointCame e)
    {
        if (!_leases.TryGetValue(e.Message.LeaseId, out var lease) || lease.Link.Other != e.From) return;
        lease.CheckpointTold = Math.Max(lease.CheckpointTold, e.Message.Number);
        if (_live.Contains(lease.Id)) Advance(lease);
    }

    /// <summary>Asks the program of a lease to end, where it saves what it has done, and has time for it.</summary>
    /// <returns>False where it is to be ended at once.</returns>
    private bool Ease(WorkedLease lease, Fail why, bool device)
    {
        if (!lease.Running || lease.Spec is not { Checkpoint: { } terms, Native.IsGpuProgram: false }) return false; // a GPU program hears no signal
        var grace = Math.Min(Math.Min(terms.GraceMs, node.Settings.GraceMsMost), device ? DeviceGraceMs : ulong.MaxValue);
        if (grace == 0) return false;
        if (lease.Easing is not null) return true;
        lease.Easing = why;
        lease.EasedBy = node.Now.Mono + HandOver;
        node.Effects.Add(new EaseRun(lease.Run, grace));
        return true;
    }

    /// <summary>
    /// Whether the end of a lease waits: for its program, that was asked to end, or for the issuer to have its last checkpoint. Who goes on then has it.
    /// </summary>
    private bool Yields(WorkedLease lease)
    {
        if (lease.Easing is null || node.Now.Mono >= lease.EasedBy) return false;
        if (lease.Running) return true;
        return lease.Checkpoint is { } last && last.Number > lease.CheckpointTold && !lease.Results.ContainsKey(last.Task)
            && node.Up.Contains(lease.Link.Other);
    }

    /// <summary>The program did not end as asked: its run is ended.</summary>
    private void EndEased(WorkedLease lease)
    {
        if (lease.Easing is { } why && lease.Running && node.Now.Mono >= lease.EasedBy) Break(lease, why.Kind, why.Text);
    }

    private void SayCheckpoint(WorkedLease lease)
    {
        if (lease.Checkpoint is not { } last || last.Number <= lease.CheckpointTold || lease.Link.Phase != LeasePhase.Running) return;
        var box = SealedBox.Seal(node.Secrets, lease.Lease.SealingKey.Span, last.Encode(), Domains.SealedCheckpoint, lease.Id.ToArray());
        node.Say(lease.Link.Other, new CheckpointMessage(lease.Id, last.Number, box), binding: true);
    }

    private void ShareCheckpoint(WorkedLease lease)
    {
        if (lease.Checkpoint is { } last && !lease.Shared && lease.Link.Phase == LeasePhase.Running)
            node.Effects.Add(new ShareBlobs(lease.Id, lease.Lease.Issuer, last.Roots));
    }

    /// <summary>What the first missing task goes on from: the last checkpoint that was taken here, else what the issuer gave.</summary>
    private static Checkpoint? ResumeOf(WorkedLease lease, uint task)
        => lease.Checkpoint is { } own && own.Task == task ? own : lease.Resume is { } given && given.Task == task ? given : null;

    /// <summary>Frees the packs of a checkpoint that a later one does not name; what is pinned or shared stays.</summary>
    private void DropPacks(Checkpoint before, Checkpoint? after)
    {
        var gone = ImmutableArray.CreateBuilder<Hash32>();
        foreach (var pack in before.Packs)
        {
            if (after is null || !after.Packs.Contains(pack)) gone.Add(pack.Root);
        }

        if (gone.Count > 0) node.Effects.Add(new DropBlobs(gone.ToImmutable(), IsBinding: true));
    }
}
