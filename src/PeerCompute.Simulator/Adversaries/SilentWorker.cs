// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Adversaries;

/// <summary>Bids, takes the award, and never says anything of the lease.</summary>
internal sealed class SilentWorker(INodeMachine honest) : MachineWrapper(honest)
{
    protected override bool Out(NodeEffect effect) => effect is not Say { Message: EntriesMessage or SyncMessage };
}
