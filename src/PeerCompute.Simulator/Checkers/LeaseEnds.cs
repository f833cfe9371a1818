// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Journal;
using PeerCompute.Core.Views;
using PeerCompute.Simulator.Adversaries;
using PeerCompute.Simulator.Network;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Checkers;

/// <summary>
/// Every lease ends in exactly one way: no journal ends one twice, and when the run is over every lease of a job that has ended is settled or cancelled at
/// its issuer, and in the same way at its worker. A side whose disk lost durable entries learns its end when the two meet again; until then it is let go.
/// </summary>
internal sealed class LeaseEnds(Simulation world, Cast cast) : Observer
{
    private readonly Dictionary<(int Node, Hash32 Lease), string> _ends = [];
    private readonly HashSet<Hash32> _lost = [];

    public override void Durable(SimNode node, JournalEntry entry)
    {
        if (entry is not EntryKept { Kept.Entry: { Body: Settled or Cancel } end }) return;
        var (key, way) = ((node.Index, end.Header.Context), end.Body.GetType().Name);
        if (!_ends.TryAdd(key, way))
            world.Violate("lease ends", $"node {node.Index}: lease {end.Header.Context.Short()} ended by {_ends[key]}, then by {way}");
    }

    public override void Lost(SimNode node, JournalEntry entry)
    {
        if (entry is not EntryKept { Kept.Entry: { } lost }) return;
        _lost.Add(lost.Header.Context);
        if (lost.Body is Settled or Cancel) _ends.Remove((node.Index, lost.Header.Context));
    }

    public override void Ended()
    {
        foreach (var node in world.Nodes)
        {
            foreach (var job in cast.IsHonest(node.Index) ? node.Machine?.Jobs() ?? [] : [])
            {
                foreach (var lease in job.Ended ? job.Leases : []) Check(node, job, lease);
            }
        }
    }

    private void Check(SimNode node, JobView job, LeaseView ours)
    {
        var worker = world.Nodes[world.IndexOf(ours.Worker)];
        if (!cast.IsHonest(worker.Index) || worker.Machine is null) return;
        if (_lost.Contains(ours.LeaseId) && SimNetwork.End(node, worker.Index) is not { Up: true }) return;
        var about = $"node {node.Index}: job {job.JobId.Short()}, lease {ours.LeaseId.Short()}";
        if (ours.Phase is not (LeasePhase.Settled or LeasePhase.Cancelled)) world.Violate("lease ends", $"{about} is {ours.Phase} though its job has ended");
        var theirs = worker.Machine.Work().FirstOrDefault(lease => lease.LeaseId == ours.LeaseId);
        if (theirs is null && ours.Phase == LeasePhase.Settled) world.Violate("lease ends", $"{about} is settled and not known to node {worker.Index}");
        if (theirs is null) return;
        if (theirs.Phase != ours.Phase) world.Violate("lease ends", $"{about} is {ours.Phase}, at node {worker.Index} {theirs.Phase}");
        else if (ours.Phase != LeasePhase.Settled) return; // what a worker said before it heard of a cancel is in nobody else's chain
        else if (theirs.Head != ours.Head) world.Violate("heads", $"{about} has heads {ours.Head.Short()} and {theirs.Head.Short()}");
        else if (theirs.DueMicro != ours.DueMicro) world.Violate("money", $"{about}: {ours.DueMicro} owed, {theirs.DueMicro} due");
    }
}
