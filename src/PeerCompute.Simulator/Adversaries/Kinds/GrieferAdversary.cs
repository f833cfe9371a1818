// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Adversaries.Kinds;

/// <summary>Bids next to nothing on everything, and never says a word of what it is awarded.</summary>
internal sealed record GrieferAdversary : Adversary
{
    private const int SlotsMost = 1024;

    /// <summary>What it asks for a task, micro-units.</summary>
    public int PriceMicro { get; init; } = 1;

    public override string Kind => "griefer";

    public override string Act => "bids next to nothing on everything, with as many slots as there can be, and never says a word of what it is awarded";

    public override Adversary Read(YamlMap map) => this with { PriceMicro = map.Count("price", PriceMicro, 0, 1_000_000_000) };

    public override INodeMachine Dress(Part part)
        => new SilentAdversary.Mute(part.Honest(settings => settings with { PerTaskMicro = (ulong)PriceMicro, Slots = SlotsMost }), part);
}
