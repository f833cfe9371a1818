// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Adversaries;

/// <summary>Accepts and starts, but never shows a commit: it holds a slot of the job until the lease's time is over.</summary>
internal sealed class CommitWithholder(INodeMachine honest) : MachineWrapper(honest)
{
    protected override bool Out(NodeEffect effect)
    {
        if (effect is not Say { Message: EntriesMessage entries }) return true;
        foreach (var item in entries.Items)
        {
            if (item.Entry.Body is Commit) return false;
        }

        return true;
    }
}
