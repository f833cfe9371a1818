// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Adversaries.Kinds;

/// <summary>Bids, takes the award, and never says anything of the lease.</summary>
internal sealed record SilentAdversary : Adversary
{
    public override string Kind => "silent";

    public override string Act => "bids, takes awards, never says a word of the lease";

    public override INodeMachine Dress(Part part) => new Mute(part.Honest(), part);

    /// <summary>Nothing of a lease leaves.</summary>
    internal sealed class Mute(INodeMachine honest, Part part) : MachineWrapper(honest)
    {
        protected override NodeEffect? Out(NodeEffect effect)
        {
            if (effect is not Say { Message: EntriesMessage or SyncMessage }) return effect;
            part.Did();
            return null;
        }
    }
}
