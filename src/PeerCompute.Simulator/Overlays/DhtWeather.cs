// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Overlays;

/// <summary>Lets the nodes of a DHT start, come and go, and ask. All of it is drawn beforehand: what nodes do changes nothing about it.</summary>
internal static class DhtWeather
{
    /// <summary>Tag of a death after which the node starts no more.</summary>
    public const long ForGood = 1;

    /// <summary>Schedules an event that no node causes.</summary>
    public delegate void Script(SimEventKind kind, long at, int target, long tag = 0, object? payload = null);

    public static void Begin(DhtStudy world, DhtPlan plan, Script script)
    {
        for (var i = 0; i < world.Count; i++) Node(world, plan, i, script);
        for (var i = 0; i < plan.Lookups.Count; i++) script(SimEventKind.Submit, plan.Lookups.FirstMicros + (i * plan.Lookups.EveryMicros), 0);
        for (var i = 0; i < plan.Provides.Count; i++) script(SimEventKind.Submit, plan.Provides.FirstMicros + (i * plan.Provides.EveryMicros), 0, 1);
        if (plan.CheckMicros == 0) return;
        for (var at = plan.Provides.FirstMicros + plan.CheckMicros; at < world.Scenario.DurationMicros; at += plan.CheckMicros)
            script(SimEventKind.Sample, at, 0);
    }

    private static void Node(DhtStudy world, DhtPlan plan, int index, Script script)
    {
        var chance = Draw.Stream(world.Seed, "churn", (ulong)index);
        var at = plan.PerfectTables ? 0 : chance.Between(0, world.Scenario.StartMicros);
        if (plan.Leave is { } leave && chance.Happens(leave.SharePpm)) script(SimEventKind.Kill, leave.AtMicros, index, ForGood);
        if (plan.Churn is not { } churn || !chance.Happens(churn.SharePpm))
        {
            script(SimEventKind.Start, at, index);
            return;
        }

        // In a world that has come and gone for long, a node is up at a random moment of its life as often as it is up at all.
        var up = chance.Happens((int)(1_000_000.0 * Mean(churn.Up) / (Mean(churn.Up) + Mean(churn.Down))));
        for (var first = true; at < world.Scenario.DurationMicros; up = !up, first = false)
        {
            if (up) script(SimEventKind.Start, at, index);
            else if (!first) script(SimEventKind.Kill, at, index);
            at += (up ? churn.Up : churn.Down).Draw(chance);
        }
    }

    /// <summary>A life's mean, by its own draws: exact enough for who is up at first.</summary>
    private static double Mean(LifePlan life)
    {
        const int draws = 1000;
        var chance = new Base.Chance.Choices(1);
        double sum = 0;
        for (var i = 0; i < draws; i++) sum += life.Draw(chance);
        return sum / draws;
    }
}
