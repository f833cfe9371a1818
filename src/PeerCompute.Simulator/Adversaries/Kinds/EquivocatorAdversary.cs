// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Adversaries.Kinds;

/// <summary>Signs two commits at one place of its chain and says both: the second one is to have another root when the first one displeases.</summary>
internal sealed record EquivocatorAdversary : Adversary
{
    public override string Kind => "equivocator";

    public override string Act => "signs two commits at one place of its chain and says both";

    public override INodeMachine Dress(Part part) => new Machine(part);

    private sealed class Machine(Part part) : MachineWrapper(part.Honest())
    {
        protected override NodeEffect? Out(NodeEffect effect)
        {
            if (effect is not Say { Message: EntriesMessage { Items: [{ Entry: { Body: Commit commit } entry }] } said } say) return effect;
            var other = new HashBuilder("peercompute/1/simulated-equivocation").Add(commit.Root).Hash();
            var second = KeptEntry.Sign(part.Site.Signer, entry with { Body = commit with { Root = other } });
            part.Did();
            Want(say);
            return say with { Message = said with { Items = [second] } };
        }
    }
}
