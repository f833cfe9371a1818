// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Nodes;

namespace PeerCompute.Simulator.Adversaries;

/// <summary>Commits to the right output, but what lies under its name opens to nothing, for a third of its tasks.</summary>
internal sealed class GarbageWorker(INodeMachine honest, MachineSite site, PlantedLies planted) : MachineWrapper(honest)
{
    protected override NodeEvent In(NodeEvent e)
    {
        if (e is not TaskRan { Run.Role: RunRole.Work, Result.Blob: { } blob } ran) return e;
        if (Draw.Word(site.Seed, "garbage", (ulong)site.Index, Network.Meter.Word(ran.Run.LeaseId) ^ ran.Result.Task) % 3 != 0) return e;
        site.Shelf.Put(blob, garbage: true);
        planted.Add(new Lie(site.Index, ran.Run.LeaseId, ran.Result.Task));
        return e;
    }
}
