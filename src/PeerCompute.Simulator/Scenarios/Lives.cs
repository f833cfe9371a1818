// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Events;

namespace PeerCompute.Simulator.Scenarios;

/// <summary>A node starts or is killed.</summary>
/// <param name="Kind">Which of both.</param>
/// <param name="AtMicros">When.</param>
/// <param name="Torn">Durable journal entries that a kill loses.</param>
internal readonly record struct LifeEvent(SimEventKind Kind, long AtMicros, long Torn);

/// <summary>All ups and downs of a node, drawn beforehand: what nodes do changes nothing about them.</summary>
internal static class Lives
{
    /// <summary>In the order of their times; whoever is down when the duration is over is started by the calm.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="kind">The node's class.</param>
    /// <param name="index">The node.</param>
    /// <param name="number">Its number within its class.</param>
    public static IEnumerable<LifeEvent> Of(Scenario scenario, ulong seed, NodeClass kind, int index, int number)
    {
        var chance = Draw.Stream(seed, "churn", (ulong)index);
        var at = index < scenario.Bootstrap ? 0 : chance.Between(0, scenario.StartMicros);
        if (kind.Churn is { Trace.Length: > 0 } traced)
        {
            foreach (var (start, end) in traced.Trace[number])
            {
                if (start >= scenario.DurationMicros) yield break;
                yield return new LifeEvent(SimEventKind.Start, start, 0);
                if (end < scenario.DurationMicros) yield return Kill(end, traced, chance);
            }

            yield break;
        }

        yield return new LifeEvent(SimEventKind.Start, at, 0);
        if (kind.Churn is not { } churn || !chance.Happens(churn.SharePpm)) yield break;
        at = churn.Up.Draw(chance);
        while (at < scenario.DurationMicros)
        {
            yield return Kill(at, churn, chance);
            at += churn.Down.Draw(chance);
            yield return new LifeEvent(SimEventKind.Start, Math.Min(at, scenario.DurationMicros), 0);
            at += churn.Up.Draw(chance);
        }
    }

    private static LifeEvent Kill(long at, ChurnPlan churn, Base.Chance.Choices chance)
        => new(SimEventKind.Kill, at, churn.Torn == 0 ? 0 : chance.Between(0, churn.Torn));
}
