// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Journal;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Core.Issuing;

/// <summary>Results of jobs that have ended: collected by the client, brought back from a worker where they got lost here, or gone when their time is
/// over.</summary>
internal sealed partial class IssuerDesk
{
    /// <summary>Leases whose outputs are fetched again as soon as their worker is here.</summary>
    private readonly OrderedSet<Hash32> _wanted = new();

    public void Restore(ResultsReleased entry)
    {
        var job = _jobs[entry.Unit];
        if (!entry.Collected) job.Swept = true;
        else MarkCollected(job);
    }

    /// <summary>The client has all results: every worker that keeps some is told, those that are away when they ask.</summary>
    public void Collected(Hash32 jobId)
    {
        if (!_jobs.TryGetValue(jobId, out var job) || !job.Ended || job.Collected) return;
        node.Keep(new ResultsReleased(jobId, Collected: true));
        MarkCollected(job);
        foreach (var lease in job.Leases.Values)
        {
            if (lease.Link.Phase == LeasePhase.Settled) lease.Link.Say(answer: false);
        }

        node.Effects.Add(new JobChanged(jobId));
    }

    /// <summary>Outputs that were here are gone: their worker is asked for them.</summary>
    public void BringBack(Hash32 leaseId)
    {
        if (!_leases.TryGetValue(leaseId, out var lease) || !lease.OutputsKept || lease.Outputs.IsEmpty || lease.Fetching || lease.Job.Swept) return;
        if (node.Up.Contains(lease.Link.Other))
        {
            _wanted.Remove(leaseId);
            lease.Fetching = lease.BringsBack = true;
            node.Effects.Add(new FetchBlobs(lease.Run, lease.Link.Other, lease.Outputs, OutputToken(lease)));
        }
        else if (lease.Job.Candidates.TryGetValue(lease.Link.Other, out var worker) && worker.Address.Length > 0)
        {
            _wanted.Add(leaseId);
            node.Effects.Add(new Reach(worker.Peer, worker.Address));
        }
    }

    private void BringBackFrom(PeerId peer)
    {
        foreach (var id in new List<Hash32>(_wanted))
        {
            if (_leases[id].Link.Other == peer) BringBack(id);
        }
    }

    /// <summary>Takes the answer to a fetch of outputs that were here before; false where it was another fetch.</summary>
    private bool BroughtBack(IssuedLease lease, string failure)
    {
        if (!lease.BringsBack) return false;
        lease.BringsBack = lease.Fetching = false;
        if (failure.Length > 0) node.Tell($"lease {lease.Id.Short()}: outputs did not come back: {failure}");
        return true;
    }

    /// <summary>Frees the results of a job that has ended when their time is over; else the moment to look again.</summary>
    private Instant Sweep(IssuedJob job)
    {
        if (!job.Ended || job.Swept || job.CollectBeforeMs == 0) return Instant.Never;
        if (node.NowMs <= job.CollectBeforeMs) return node.At(job.CollectBeforeMs + 1);
        job.Swept = true;
        var roots = ImmutableArray.CreateBuilder<Hash32>();
        foreach (var lease in job.Leases.Values)
        {
            _wanted.Remove(lease.Id);
            node.Effects.Add(new UnpinBlobs(lease.Run));
            foreach (var output in lease.Outputs) roots.Add(output.Root);
        }

        node.Keep(new ResultsReleased(job.Id, Collected: false));
        node.Effects.Add(new DropBlobs(roots.ToImmutable(), IsBinding: true));
        node.Effects.Add(new JobChanged(job.Id));
        return Instant.Never;
    }

    private static void MarkCollected(IssuedJob job)
    {
        job.Collected = true;
        foreach (var lease in job.Leases.Values) lease.Link.Collected = true;
    }
}
