// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Journal;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Issuing;

/// <summary>
/// Results of jobs that have ended: collected by the client, brought back from any worker that was paid for them where they got lost here, or gone when
/// their time is over.
/// </summary>
internal sealed partial class IssuerDesk
{
    /// <summary>Time between two dials of workers that have not heard that what they keep is collected; up to twice as long.</summary>
    private static readonly TimeSpan CallAgain = new(1, 0, 0);

    /// <summary>Leases whose workers may keep what was collected.</summary>
    private readonly OrderedSet<Hash32> _untold = new();

    /// <summary>What is fetched again from whoever keeps it.</summary>
    private readonly OrderedMap<Hash32, LostOutputs> _lost = new();

    public void Restore(ResultsReleased entry)
    {
        var job = _jobs[entry.Unit];
        if (!entry.Collected) job.Swept = true;
        else MarkCollected(job);
    }

    /// <summary>The client has all results: every worker that keeps some is told; those that are away are dialled until they come.</summary>
    public void Collected(Hash32 jobId)
    {
        if (!_jobs.TryGetValue(jobId, out var job) || !job.Ended || job.Collected) return;
        node.Keep(new ResultsReleased(jobId, Collected: true));
        MarkCollected(job);
        TellCollected(job);
        if (_live.Contains(jobId)) Advance(job);
        else node.Timers.Set(jobId, Sweep(job));
        node.Effects.Add(new JobChanged(jobId));
    }

    /// <summary>Says that the results of a job are collected to those of its workers that are here, and remembers the others.</summary>
    private void TellCollected(IssuedJob job)
    {
        foreach (var lease in job.Leases.Values)
        {
            if (lease.Link.Phase != LeasePhase.Settled || !lease.HasAccepted) continue;
            if (node.Up.Contains(lease.Link.Other)) lease.Link.Say(answer: false);
            else if (job.CollectBeforeMs > 0) _untold.Add(lease.Id);
        }
    }

    /// <summary>A worker is here that was away when results were collected.</summary>
    private void TellCollected(PeerId peer)
    {
        foreach (var id in new List<Hash32>(_untold))
        {
            if (_leases[id].Link.Other != peer) continue;
            _untold.Remove(id);
            _leases[id].Link.Say(answer: false);
        }
    }

    /// <summary>Dials the workers that have not heard of a collection when it is time; the moment of the next time.</summary>
    private Instant CallUntold(IssuedJob job)
    {
        var isTime = job.NextCall <= node.Now.Mono;
        var called = new OrderedSet<PeerId>();
        foreach (var lease in job.Leases.Values)
        {
            if (_untold.Contains(lease.Id) && called.Add(lease.Link.Other) && isTime) Call(lease);
        }

        if (called.Count == 0) return Instant.Never;
        if (isTime) job.NextCall = node.Now.Mono + node.Choices.Span(CallAgain, CallAgain + CallAgain);
        return job.NextCall;
    }

    /// <summary>Outputs that were here are gone: a worker that gave them, or equal ones, is asked, then the next.</summary>
    public void BringBack(Hash32 leaseId)
    {
        if (!_leases.TryGetValue(leaseId, out var lease) || !lease.OutputsKept || lease.Job.Swept) return;
        if (!_lost.ContainsKey(leaseId)) _lost[leaseId] = new LostOutputs(lease);
        Seek(_lost[leaseId]);
    }

    /// <summary>Asks the next worker that is here, and dials those that are not; gives up when all were asked.</summary>
    private void Seek(LostOutputs lost)
    {
        if (lost.Waits) return;
        var mayCome = false;
        foreach (var holder in lost.Lease.Job.RangeOf(lost.Lease))
        {
            if (lost.Asked.Contains(holder.Id) || holder.Fetching || lost.In(holder) is not { IsEmpty: false } blobs) continue;
            if (node.Up.Contains(holder.Link.Other))
            {
                Fetch(lost, holder, blobs);
                return;
            }

            mayCome = true;
            Call(holder);
        }

        if (!mayCome) _lost.Remove(lost.Lease.Id);
    }

    private void Fetch(LostOutputs lost, IssuedLease holder, ImmutableArray<BlobRef> blobs)
    {
        lost.Asked.Add(holder.Id);
        lost.Waits = holder.Fetching = true;
        holder.BringsBack = lost;
        Pin(holder);
        node.Effects.Add(new FetchBlobs(holder.Run, holder.Link.Other, blobs, OutputToken(holder)));
    }

    private void Call(IssuedLease lease)
    {
        if (!lease.Job.Candidates.TryGetValue(lease.Link.Other, out var worker) || worker.Address.Length == 0) return;
        node.Effects.Add(new Reach(worker.Peer, worker.Address));
        worker.Tries++;
    }

    private void BringBackFrom(PeerId peer)
    {
        foreach (var lost in new List<LostOutputs>(_lost.Values))
        {
            foreach (var holder in lost.Lease.Job.RangeOf(lost.Lease))
            {
                if (holder.Link.Other == peer) Seek(lost);
            }
        }
    }

    /// <summary>Takes the answer to a fetch of outputs that were here before; false where it was another fetch.</summary>
    private bool BroughtBack(IssuedLease holder, string failure)
    {
        if (holder.BringsBack is not { } lost) return false;
        holder.BringsBack = null;
        lost.Waits = holder.Fetching = false;
        if (failure.Length > 0)
        {
            node.Tell($"lease {holder.Id.Short()}: outputs did not come back from {holder.Link.Other.Short()}: {failure}");
            if (!holder.OutputsKept) node.Effects.Add(new UnpinBlobs(holder.Run));
        }
        else
        {
            if (!holder.OutputsKept) node.Keep(new OutputsKept(holder.Id, []));
            holder.OutputsKept = true;
            lost.Take(holder);
            node.Effects.Add(new JobChanged(holder.Job.Id));
        }

        if (lost.Found) _lost.Remove(lost.Lease.Id);
        else Seek(lost);
        return true;
    }

    /// <summary>Frees the results of a job that has ended when their time is over; else the moment to look again.</summary>
    private Instant Sweep(IssuedJob job)
    {
        if (!job.Ended || job.Swept || job.CollectBeforeMs == 0) return Instant.Never;
        if (node.NowMs <= job.CollectBeforeMs) return Instant.Min(node.At(job.CollectBeforeMs + 1), CallUntold(job));
        job.Swept = true;
        var roots = ImmutableArray.CreateBuilder<Hash32>();
        foreach (var lease in job.Leases.Values)
        {
            _untold.Remove(lease.Id);
            StopBringingBack(lease);
            node.Effects.Add(new UnpinBlobs(lease.Run));
            foreach (var output in lease.Outputs) roots.Add(output.Root);
        }

        node.Keep(new ResultsReleased(job.Id, Collected: false));
        node.Effects.Add(new DropBlobs(roots.ToImmutable(), IsBinding: true));
        node.Effects.Add(new JobChanged(job.Id));
        return Instant.Never;
    }

    private void StopBringingBack(IssuedLease lease)
    {
        _lost.Remove(lease.Id);
        if (lease.BringsBack is null) return;
        lease.BringsBack = null;
        lease.Fetching = false;
        node.Effects.Add(new StopRun(lease.Run));
    }

    private static void MarkCollected(IssuedJob job)
    {
        job.Collected = true;
        foreach (var lease in job.Leases.Values) lease.Link.Collected = true;
    }
}
