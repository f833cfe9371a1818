// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Journal;
using PeerCompute.Simulator.Scenarios;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Adversaries.Kinds;

/// <summary>A client that withholds: it says nothing of a lease from its reveal, its verdict or its close on, whatever it holds itself.</summary>
internal sealed record MiserAdversary : Adversary
{
    /// <summary>The first word that it withholds: <c>reveal</c>, <c>verdict</c> or <c>close</c>.</summary>
    public string Withholds { get; init; } = "verdict";

    public override string Kind => "miser";

    public override string Act => "a client that takes outputs and says nothing of the lease from its reveal, verdict or close on";

    public override Players From => Players.Clients;

    public override Adversary Read(YamlMap map) => this with { Withholds = map.Text("withholds", Withholds, "reveal", "verdict", "close") };

    public override INodeMachine Dress(Part part) => new Machine(part, Withholds);

    private sealed class Machine(Part part, string first) : MachineWrapper(part.Honest())
    {
        protected override NodeEffect? Out(NodeEffect effect)
        {
            if (effect is Keep { Entry: EntryKept { Kept.Entry.Body: { } body } } && IsFirst(body)) part.Did();
            if (effect is not Say { Message: EntriesMessage entries } say) return effect;
            ImmutableArray<KeptEntry> told = [.. entries.Items.TakeWhile(item => !IsFirst(item.Entry.Body))];
            if (told.Length == entries.Items.Length) return effect;
            return told.IsEmpty ? null : say with { Message = entries with { Items = told } };
        }

        private bool IsFirst(EntryBody body) => first switch { "reveal" => body is Reveal, "verdict" => body is Verdict, _ => body is Close };
    }
}
