// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core;
using PeerCompute.Core.Events;
using PeerCompute.Core.Runs;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Executors;
using PeerCompute.Simulator.Nodes;

namespace PeerCompute.Simulator.Adversaries;

/// <summary>Hands in a made-up output for a third of its tasks, with a blob that matches the lie: only re-execution can tell.</summary>
internal sealed class LyingWorker(INodeMachine honest, MachineSite site, PlantedLies planted) : MachineWrapper(honest)
{
    protected override NodeEvent In(NodeEvent e)
    {
        if (e is not TaskRan { Run.Role: RunRole.Work, Result.Blob: { } blob } ran || !Lies(ran)) return e;
        var lie = new HashBuilder("peercompute/1/simulated-lie").Add(ran.Run.LeaseId).Add(ran.Result.Task).Hash();
        var forged = SimProgram.Blob(lie, blob.Size, blob.Key);
        site.Shelf.Put(forged);
        planted.Add(new Lie(site.Index, ran.Run.LeaseId, ran.Result.Task));
        return ran with { Result = ran.Result with { OutputHash = lie, Blob = forged } };
    }

    private bool Lies(TaskRan ran)
        => Draw.Word(site.Seed, "lie", (ulong)site.Index, Network.Meter.Word(ran.Run.LeaseId) ^ ran.Result.Task) % 3 == 0;
}
