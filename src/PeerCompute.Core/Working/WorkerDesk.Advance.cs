// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Time;
using PeerCompute.Core.Effects;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Working;

/// <summary>The next step of a lease on the worker's side: looked at after every event that touches it.</summary>
internal sealed partial class WorkerDesk
{
    /// <summary>How long to wait before inputs that did not come are asked for again.</summary>
    private static readonly TimeSpan FetchAgain = new(0, 0, 5);

    /// <summary>Least time between two looks at a lease that nothing happened to.</summary>
    private static readonly TimeSpan LookAgain = new(TimeSpan.TicksPerMillisecond * 250);

    /// <summary>How long after the last deadline a lease whose issuer is gone is kept, milliseconds.</summary>
    private const ulong ForgetAfterMs = 600_000;

    /// <summary>What an issuer reads whose award came after the owner stopped lending the machine, or the device that the award is for.</summary>
    private const string GivenBack = "the owner of this worker does not lend it at the moment";

    private void Advance(WorkedLease lease)
    {
        var chains = lease.Link.Chains;
        if (chains.Ended)
        {
            End(lease);
            return;
        }

        if (lease.Link.Agreed) Step(lease);
        Share(lease);
        if (chains.Ended)
        {
            End(lease);
            return;
        }

        if (node.NowMs > lease.Lease.ConfirmByMs + ForgetAfterMs)
        {
            node.Tell($"lease {lease.Id.Short()} of {lease.Link.Other.Short()} is given up: its issuer did not answer");
            End(lease);
            return;
        }

        var wake = Instant.Min(lease.Link.Keep(), node.At(lease.Lease.ConfirmByMs + ForgetAfterMs + 1));
        if (lease.Easing is not null && lease.EasedBy > node.Now.Mono) wake = Instant.Min(wake, lease.EasedBy);
        if (lease.Link.Phase is LeasePhase.Accepted or LeasePhase.Running) wake = Instant.Min(wake, node.At(lease.Lease.ResultByMs + 1));
        if (WantsInputs(lease) && lease.NextFetch > node.Now.Mono) wake = Instant.Min(wake, lease.NextFetch);
        // What could be done now is done: never look again at once.
        node.Timers.Set(lease.Id, wake <= node.Now.Mono ? node.Now.Mono + LookAgain : wake);
    }

    private void End(WorkedLease lease)
    {
        if (lease.Retained) return;
        if (lease.Running || lease.Fetching) node.Effects.Add(new StopRun(lease.Run));
        lease.Running = lease.Fetching = false;
        lease.Secrets = null;
        _live.Remove(lease.Id);
        node.Timers.Set(lease.Id, Instant.Never);
        if (lease.SharesInputs && !LivesWith(lease.Lease.JobId)) node.Effects.Add(new WithholdBlobs(lease.Lease.JobId));
        node.Effects.Add(new UnpinBlobs(lease.Run));
        if (lease.Checkpoint is not null && !lease.Shared) node.Effects.Add(new WithholdBlobs(lease.Id));
        if (lease.Spec?.Native is { IsImage: true }) node.Effects.Add(new ReleaseImage(lease.Id));
        Drop(lease, Retain(lease));
        StartWaiting();
    }

    /// <summary>Frees the outputs of a lease that has ended, unless they stay, and its inputs when no other lease of the job lives here.</summary>
    private void Drop(WorkedLease lease, bool outputsStay)
    {
        if (lease.Shared && !outputsStay) node.Effects.Add(new WithholdBlobs(lease.Id));
        if (lease.Link.Other == node.Self) return;
        if (lease.Checkpoint is { } last) DropPacks(last, null);
        var roots = ImmutableArray.CreateBuilder<Hash32>();
        if (!outputsStay) AddOutputs(lease, roots);
        if (lease.Spec is not null && !LivesWith(lease.Lease.JobId))
        {
            var needed = Needed();
            foreach (var blob in lease.Blobs())
            {
                if (!needed.Contains(blob.Root)) roots.Add(blob.Root);
            }
        }

        if (roots.Count > 0) node.Effects.Add(new DropBlobs(roots.ToImmutable(), IsBinding: false));
    }

    private bool LivesWith(Hash32 jobId)
    {
        foreach (var id in _live)
        {
            if (_leases[id].Lease.JobId == jobId) return true;
        }

        return false;
    }

    /// <summary>Modules and inputs of the live leases: a public one may be another job's too.</summary>
    private OrderedSet<Hash32> Needed()
    {
        var needed = new OrderedSet<Hash32>();
        foreach (var id in _live)
        {
            if (_leases[id].Spec is null) continue;
            foreach (var blob in _leases[id].Blobs()) needed.Add(blob.Root);
        }

        return needed;
    }

    /// <summary>Bytes of the store that modules and inputs of live leases leave.</summary>
    private ulong Room()
    {
        var seen = new OrderedSet<Hash32>();
        var room = node.Settings.BlobBytes;
        foreach (var id in _live)
        {
            if (_leases[id].Spec is null) continue;
            foreach (var blob in _leases[id].Blobs())
            {
                if (seen.Add(blob.Root)) room -= ulong.Min(room, blob.Size);
            }
        }

        return room;
    }

    /// <summary>Module and inputs that are here are served to other workers of the job, against tokens of its issuer, while a lease of it lives here.</summary>
    private void ShareInputs(WorkedLease lease)
    {
        if (!node.Settings.SharesInputs || lease.Link.Other == node.Self) return;
        lease.SharesInputs = true;
        var roots = ImmutableArray.CreateBuilder<Hash32>();
        foreach (var blob in lease.Blobs()) roots.Add(blob.Root);
        node.Effects.Add(new ShareBlobs(lease.Lease.JobId, lease.Lease.Issuer, roots.ToImmutable()));
    }

    /// <summary>
    /// What the commit was opened with, here or in a life before, is served to the issuer until the lease ends. Where an older home came back, the tasks
    /// that it knows nothing of run again first.
    /// </summary>
    private void Share(WorkedLease lease)
    {
        if (lease.Shared || (lease.Link.Chains.Ended && !lease.Retained) || lease.Link.Chains.Body<Opening>() is not { } opening) return;
        if (lease.DoneInOrder < opening.Leaves.Length) return;
        lease.Shared = true;
        var roots = ImmutableArray.CreateBuilder<Hash32>(opening.Leaves.Length);
        foreach (var leaf in opening.Leaves) roots.Add(leaf.CipherRoot);
        node.Effects.Add(new ShareBlobs(lease.Id, lease.Lease.Issuer, roots.MoveToImmutable()));
    }

    /// <summary>Adds every entry that may come now.</summary>
    private void Step(WorkedLease lease)
    {
        var link = lease.Link;
        if (link.Phase == LeasePhase.Awarded && !IsLent(lease)) Break(lease, FailKind.Owner, GivenBack);
        if (link.Phase == LeasePhase.Awarded && MayStart(lease)) link.Add(new Accept());
        if (link.Phase is LeasePhase.Awarded or LeasePhase.Failed) return;
        if (OpenSpec(lease) is { Length: > 0 } wrong) lease.Broke ??= new Fail(FailKind.Spec, lease.Lease.FirstTask, wrong);
        EndEased(lease);
        if (BeforeCommit(link.Phase) && node.NowMs > lease.Lease.ResultByMs) Break(lease, FailKind.WallTime, "the deadline for the result passed");
        if (WantsInputs(lease) && !lease.Fetching && lease.NextFetch <= node.Now.Mono && node.Up.Contains(lease.Link.Other)) Fetch(lease);
        if (link.Phase == LeasePhase.Accepted && lease.Fetched && lease.HasSecrets && lease.Broke is null) link.Add(new Started());
        if (!lease.Running && lease.Fetched && lease.HasSecrets && lease.Broke is null && link.Phase != LeasePhase.Accepted) StartRun(lease);
        if (link.Phase is LeasePhase.Accepted or LeasePhase.Running) CommitOrFail(lease);
        if (link.Phase == LeasePhase.Revealed) OpenCommit(lease);
        if (link.Phase == LeasePhase.Closed) link.Add(new Settled(link.Chains.Body<Close>()!.DueMicro));
    }

    /// <summary>Opens the spec and pins module and inputs before they come; empty, or what is wrong.</summary>
    private string OpenSpec(WorkedLease lease)
    {
        var known = lease.Spec is not null;
        var wrong = lease.OpenSpec();
        if (!known && wrong.Length == 0) Pin(lease);
        return wrong;
    }

    /// <summary>Keeps what a lease needs and gave so far.</summary>
    private void Pin(WorkedLease lease)
    {
        var roots = ImmutableArray.CreateBuilder<Hash32>();
        foreach (var blob in lease.Blobs()) roots.Add(blob.Root);
        foreach (var result in lease.Results.Values)
        {
            if (result.Blob is { } blob) roots.Add(blob.Root);
        }

        if (lease.Checkpoint is { } last) roots.AddRange(last.Roots);

        node.Effects.Add(new PinBlobs(lease.Run, roots.ToImmutable()));
        if (lease.Spec!.Native is { IsImage: true } native) node.Effects.Add(new HoldImage(lease.Id, native.Root, node.Settings.SharesInputs));
    }

    private bool MayStart(WorkedLease lease)
    {
        if (node.NowMs > lease.Lease.StartByMs) return false;
        if (lease.Broke is not null) return true; // signed for and given up at once: nobody waits for it
        var busy = 0;
        foreach (var id in _live)
        {
            if (_leases[id].Link.Phase is not (LeasePhase.Accepted or LeasePhase.Running)) continue;
            if (lease.UsesDevice && _leases[id].UsesDevice) return false; // one lease at a time has the device
            busy++;
        }

        return busy < node.Settings.Slots;
    }

    private static bool BeforeCommit(LeasePhase phase) => phase is LeasePhase.Awarded or LeasePhase.Accepted or LeasePhase.Running;

    /// <summary>Inputs are wanted until every task that was or will be committed has run here, or the issuer has said what it owes.</summary>
    private static bool WantsInputs(WorkedLease lease)
        => !lease.Fetched && lease.Spec is not null && lease.Broke is null
            && lease.Link.Phase is >= LeasePhase.Accepted and < LeasePhase.Closed
            && lease.DoneInOrder < (lease.Link.Chains.Body<Commit>()?.Done ?? uint.MaxValue);

    private void Fetch(WorkedLease lease)
    {
        lease.Fetching = true;
        node.Effects.Add(new FetchBlobs(lease.Run, lease.Link.Other, lease.Blobs(), lease.InputToken!));
    }

    private void StartRun(WorkedLease lease)
    {
        var missing = lease.Missing();
        if (missing.IsEmpty) return;
        lease.Running = true;
        var secrets = lease.Secrets ?? JobSecrets.None;
        node.Effects.Add(new StartRun(lease.Run, lease.Spec!, missing, lease.OutputKey) { Secrets = secrets, Resume = ResumeOf(lease, missing[0]) });
    }

    private void Break(WorkedLease lease, FailKind kind, string why)
    {
        if (lease.Running || lease.Fetching) node.Effects.Add(new StopRun(lease.Run));
        lease.Running = lease.Fetching = false;
        lease.Broke ??= new Fail(kind, lease.Lease.FirstTask + lease.DoneInOrder, why);
    }

    /// <summary>Commits when the range is done, or to what is done when no more can run; gives up when nothing is.</summary>
    private void CommitOrFail(WorkedLease lease)
    {
        if (Yields(lease)) return;
        var done = lease.Spec is null ? 0 : lease.DoneInOrder;
        var running = lease.Link.Phase == LeasePhase.Running;
        if (running && done > 0 && (done == lease.Lease.TaskCount || lease.Broke is not null))
        {
            lease.Link.Add(new Commit(lease.Root(done), done));
            StartWaiting();
        }
        else if (lease.Broke is { } broke)
        {
            lease.Link.Add(broke);
            StartWaiting();
        }
    }

    /// <summary>Opens the commit, if its leaves are those that came out here: a copy of this home may have committed to tasks still running here.</summary>
    private void OpenCommit(WorkedLease lease)
    {
        var commit = lease.Link.Chains.Body<Commit>()!;
        if (lease.DoneInOrder < commit.Done) return;
        if (lease.Root(commit.Done) != commit.Root)
        {
            node.Tell($"lease {lease.Id.Short()}: the commit is not over what ran here and cannot be opened");
            return;
        }

        var keys = SealedBox.Seal(node.Secrets, lease.Lease.SealingKey.Span, lease.Keys(commit.Done), Domains.SealedKeys, lease.Id.ToArray());
        lease.Link.Add(new Opening(lease.Salt, lease.Leaves(commit.Done), keys));
    }

    /// <summary>A slot is free: the oldest waiting award may start.</summary>
    private void StartWaiting()
    {
        foreach (var id in _live)
        {
            if (_leases[id].Link.Phase == LeasePhase.Awarded) node.Timers.Set(id, node.Now.Mono);
        }
    }
}
