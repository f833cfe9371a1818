// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Chance;
using PeerCompute.Simulator.Chance;

namespace PeerCompute.Simulator.Faults;

/// <summary>
/// Draws a run's faults from its seed. Each kind that may be drawn is left out of half of the runs: what one fault hides another run shows (Groce, Zhang,
/// Eide, Chen and Regehr, Swarm Testing, ISSTA 2012). Each kind has a stream of its own, so that to forbid one changes nothing about the others.
/// </summary>
internal static class FaultSwarm
{
    private const int LeftOutPpm = 500_000;
    private const long ShortestMicros = 200_000;

    /// <summary>A run's faults in the order of their times.</summary>
    /// <param name="plan">What the scenario says.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="nodes">How many nodes there are.</param>
    /// <param name="duration">When the calm comes: every fault is over by then.</param>
    public static ImmutableArray<Fault> Draw(FaultPlan plan, ulong seed, int nodes, long duration)
    {
        var faults = new List<Fault>(plan.Given.Select(fault => Within(fault, duration)));
        foreach (var allowed in plan.Drawn)
        {
            var chance = Chance.Draw.Stream(seed, "fault", (ulong)allowed.Kind);
            if (chance.Happens(LeftOutPpm)) continue;
            var traits = FaultKinds.Of(allowed.Kind);
            for (var left = chance.Between(1, traits.Episodes); left > 0; left--) faults.AddRange(Episode(traits, allowed.Ppm, chance, nodes, duration));
        }

        return [.. faults.OrderBy(static fault => fault.AtMicros).ThenBy(static fault => fault.Kind)];
    }

    private static Fault Within(Fault fault, long duration)
    {
        var at = Math.Min(fault.AtMicros, duration);
        return fault with { AtMicros = at, ForMicros = Math.Min(fault.ForMicros, duration - at) };
    }

    private static IEnumerable<Fault> Episode(FaultTraits traits, int ppm, Choices chance, int nodes, long duration)
    {
        var at = chance.Between(0, duration - 1);
        var longest = traits.Unit.Length > 0 ? traits.LongestMicros : Share(traits.LongestMicros, ppm);
        var lasts = longest == 0 ? 0 : Math.Min(duration - at, chance.Between(Math.Min(ShortestMicros, longest), longest));
        var strength = Strength(traits, ppm, chance);
        var hit = Some(chance, nodes, traits.Kind is FaultKind.Partition or FaultKind.OneWay);
        return traits.Kind == FaultKind.Clog ? Swizzle(chance, at, lasts, hit) : [new Fault(traits.Kind, at, lasts, hit, strength)];
    }

    /// <summary>A strength between the least and a share of the greatest; a clock jumps either way.</summary>
    private static long Strength(FaultTraits traits, int ppm, Choices chance)
    {
        if (traits.Least < 0) return chance.Between(Share(traits.Least, ppm), Share(traits.Most, ppm));
        return chance.Between(traits.Least, Math.Max(traits.Least, Share(traits.Most, ppm)));
    }

    private static long Share(long whole, int ppm) => (long)((Int128)whole * ppm / 1_000_000);

    /// <summary>One node, a few, or up to half of all; a split is always between many.</summary>
    private static ImmutableArray<int> Some(Choices chance, int nodes, bool split)
    {
        var least = split ? Math.Max(1, nodes / 10) : 1;
        var most = split || chance.Happens(200_000) ? Math.Max(least, nodes / 2) : chance.Happens(400_000) ? Math.Min(4, nodes) : 1;
        var order = Enumerable.Range(0, nodes).ToArray();
        chance.Shuffle<int>(order);
        return [.. order.Take((int)chance.Between(least, most)).Order()];
    }

    /// <summary>Links are stopped one node after the other, and go again in another order (FoundationDB's "swizzle-clog").</summary>
    private static IEnumerable<Fault> Swizzle(Choices chance, long at, long lasts, ImmutableArray<int> nodes)
    {
        var order = nodes.ToArray();
        chance.Shuffle<int>(order);
        for (var i = 0; i < order.Length; i++)
        {
            var begins = at + chance.Between(0, lasts / 2);
            var ends = at + (lasts / 2) + chance.Between(0, lasts - (lasts / 2));
            yield return new Fault(FaultKind.Clog, begins, ends - begins, [order[i]], 0);
        }
    }
}
