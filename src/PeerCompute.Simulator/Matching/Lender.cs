// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Matching;

/// <summary>A worker whose price the jobs would pay, and when it was up.</summary>
/// <param name="Index">The node.</param>
/// <param name="Class">Its class.</param>
/// <param name="Up">Its lives, microseconds from start to end.</param>
internal sealed record Lender(int Index, NodeClass Class, ImmutableArray<(long From, long To)> Up)
{
    /// <summary>All of a scenario, with the lives that the seed draws.</summary>
    public static ImmutableArray<Lender> Of(Scenario scenario, ulong seed)
    {
        var lenders = ImmutableArray.CreateBuilder<Lender>();
        var index = 0;
        foreach (var kind in scenario.Nodes)
        {
            for (var i = 0; i < kind.Count; i++, index++)
            {
                if (kind.Worker && kind.PriceMicro <= scenario.Jobs.CeilingMicro) lenders.Add(new Lender(index, kind, Spans(scenario, seed, kind, index, i)));
            }
        }

        return lenders.ToImmutable();
    }

    private static ImmutableArray<(long From, long To)> Spans(Scenario scenario, ulong seed, NodeClass kind, int index, int number)
    {
        var spans = ImmutableArray.CreateBuilder<(long, long)>();
        var from = -1L;
        foreach (var life in Lives.Of(scenario, seed, kind, index, number))
        {
            if (life.Kind == SimEventKind.Start && from < 0)
            {
                from = life.AtMicros;
            }
            else if (life.Kind == SimEventKind.Kill && from >= 0)
            {
                spans.Add((from, life.AtMicros));
                from = -1;
            }
        }

        spans.Add((from >= 0 ? from : scenario.DurationMicros, long.MaxValue));
        return spans.ToImmutable();
    }
}
