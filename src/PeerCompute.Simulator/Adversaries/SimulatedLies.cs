// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core.Events;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Executors;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Wire.Common;

namespace PeerCompute.Simulator.Adversaries;

/// <summary>Lies of a simulated worker: a third of its results, each with a blob that matches the lie.</summary>
internal sealed class SimulatedLies(MachineSite site, PlantedLies planted)
{
    /// <summary>The lie about a result, or null.</summary>
    public BlobRef? Tell(TaskRan ran)
    {
        var (lease, task, blob) = (ran.Run.LeaseId, ran.Result.Task, ran.Result.Blob!);
        if (Draw.Word(site.Seed, "lie", (ulong)site.Index, Network.Meter.Word(lease) ^ task) % 3 != 0) return null;
        var lie = new HashBuilder("peercompute/1/simulated-lie").Add(lease).Add(task).Hash();
        var forged = SimProgram.Blob(lie, blob.Size, blob.Key);
        site.Shelf.Put(forged);
        planted.Add(new Lie(site.Index, lease, task));
        return forged;
    }
}
