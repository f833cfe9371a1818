// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Time;
using PeerCompute.Core;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Journal;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Clock;
using PeerCompute.Simulator.Scenarios;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Simulator.Adversaries.Kinds;

/// <summary>
/// Its wall clock is far off and drifts further, to the side that the seed draws, and it does not know: what it signs bears a wrong time. Counted are jobs,
/// offers, bids and declines.
/// </summary>
internal sealed record SkewerAdversary : Adversary
{
    /// <summary>How far off from the beginning, microseconds.</summary>
    public long OffsetMicros { get; init; } = 600 * ScenarioReader.Second;

    /// <summary>How much further with time, millionths of it.</summary>
    public int DriftPpm { get; init; } = 1000;

    public override string Kind => "skewer";

    public override string Act => "its wall clock is far off and drifts, and it does not know";

    public override Players From => Players.Any;

    public override Adversary Read(YamlMap map) => this with
    {
        OffsetMicros = map.Time("offset", OffsetMicros, 0, ScenarioReader.Day),
        DriftPpm = map.Share("drift", DriftPpm),
    };

    public override INodeMachine Dress(Part part) => new Machine(part, this);

    private sealed class Machine(Part part, SkewerAdversary plan) : MachineWrapper(part.Honest())
    {
        private readonly int _sign = (Draw.Word(part.Site.Seed, "skewer", (ulong)part.Site.Index) & 1) == 0 ? 1 : -1;

        protected override NodeTime Shown(NodeTime now)
        {
            var drift = (now.WallMs - VirtualClock.WallStartMs) * plan.DriftPpm / All;
            return now with { WallMs = now.WallMs + (_sign * ((plan.OffsetMicros / 1000) + drift)) };
        }

        protected override NodeEffect? Out(NodeEffect effect)
        {
            if (effect is Keep { Entry: JobAdded or OfferMade or BidMade } or Say { Message: Decline }) part.Did();
            return effect;
        }
    }
}
