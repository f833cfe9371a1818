// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Simulator.Scenarios;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Adversaries.Kinds;

/// <summary>
/// Accepts and starts, but never shows a commit, or commits and never opens: it holds tasks of the job until the lease's time or the issuer's patience is over.
/// </summary>
internal sealed record WithholderAdversary : Adversary
{
    /// <summary>The word that it withholds: <c>commit</c> or <c>opening</c>.</summary>
    public string Withholds { get; init; } = "commit";

    public override string Kind => "withholder";

    public override string Act => "accepts and starts, never shows a commit; or commits and never opens";

    public override Adversary Read(YamlMap map) => this with { Withholds = map.Text("withholds", Withholds, "commit", "opening") };

    public override INodeMachine Dress(Part part) => new Machine(part, Withholds == "opening");

    private sealed class Machine(Part part, bool opening) : MachineWrapper(part.Honest())
    {
        protected override NodeEffect? Out(NodeEffect effect)
        {
            if (effect is not Say { Message: EntriesMessage entries } || !entries.Items.Any(item => IsHeld(item.Entry.Body))) return effect;
            part.Did();
            return null;
        }

        private bool IsHeld(EntryBody body) => opening ? body is Opening : body is Commit;
    }
}
