// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Faults;
using PeerCompute.Simulator.Network;

namespace PeerCompute.Simulator.Scenarios;

/// <summary>Sets a scenario going: starts nodes, hands jobs in, lets nodes come and go, splits the network, brings the calm.</summary>
internal static class Weather
{
    public static void Begin(Simulation world)
    {
        var scenario = world.Scenario;
        foreach (var node in world.Nodes)
        {
            var chance = Draw.Stream(world.Seed, "churn", (ulong)node.Index);
            var start = node.Index < scenario.Bootstrap ? 0 : chance.Between(0, scenario.StartMicros);
            if (node.Class.Churn is { Trace.Length: > 0 } traced)
            {
                Sessions(world, node, traced, chance);
                continue;
            }

            world.Schedule(node.Index, SimEventKind.Start, start, node.Index, 0, null);
            if (node.Class.Churn is { } churn && chance.Happens(churn.SharePpm)) Churn(world, node.Index, churn, chance);
        }

        Jobs(world);
        foreach (var partition in scenario.Links.Partitions) Partition(world, partition);
        FaultWorks.Begin(world);
        world.Script(scenario.DurationMicros, () => Calm(world));
    }

    private static void Jobs(Simulation world)
    {
        var plan = world.Scenario.Jobs;
        List<int> clients = [];
        foreach (var node in world.Nodes)
        {
            if (node.Class.Client) clients.Add(node.Index);
        }

        var maker = new JobMaker(world, plan);
        var arrivals = new Arrivals(plan, Draw.Stream(world.Seed, "arrivals"));
        for (var i = 0; i < plan.Count; i++)
        {
            var at = arrivals.Next();
            world.Schedule(Simulation.World, SimEventKind.Submit, at, clients[i % clients.Count], i, maker.Make(i, at));
        }
    }

    /// <summary>All ups and downs are drawn beforehand: what nodes do changes nothing about them.</summary>
    private static void Churn(Simulation world, int index, ChurnPlan churn, Base.Chance.Choices chance)
    {
        var at = churn.Up.Draw(chance);
        while (at < world.Scenario.DurationMicros)
        {
            Kill(world, index, at, churn, chance);
            at += churn.Down.Draw(chance);
            world.Schedule(index, SimEventKind.Start, Math.Min(at, world.Scenario.DurationMicros), index, 0, null);
            at += churn.Up.Draw(chance);
        }
    }

    /// <summary>Ups and downs as they once were.</summary>
    private static void Sessions(Simulation world, Nodes.SimNode node, ChurnPlan churn, Base.Chance.Choices chance)
    {
        foreach (var (start, end) in churn.Trace[node.Number])
        {
            if (start >= world.Scenario.DurationMicros) break;
            world.Schedule(node.Index, SimEventKind.Start, start, node.Index, 0, null);
            if (end < world.Scenario.DurationMicros) Kill(world, node.Index, end, churn, chance);
        }
    }

    private static void Kill(Simulation world, int index, long at, ChurnPlan churn, Base.Chance.Choices chance)
        => world.Schedule(index, SimEventKind.Kill, at, index, churn.Torn == 0 ? 0 : chance.Between(0, churn.Torn), null);

    private static void Partition(Simulation world, PartitionPlan plan)
    {
        var island = new bool[world.Nodes.Length];
        var chance = Draw.Stream(world.Seed, "partition", (ulong)plan.AtMicros);
        for (var i = 0; i < island.Length; i++) island[i] = chance.Happens(plan.SharePpm);
        var split = new Split(island);
        world.Script(plan.AtMicros, () => world.Network.Begin(split));
        world.Script(plan.AtMicros + plan.ForMicros, () => world.Network.Heal(split));
    }

    private static void Calm(Simulation world)
    {
        world.Network.Calm = true;
        world.Network.Heal();
        foreach (var node in world.Nodes)
        {
            if (!node.Up) world.Schedule(Simulation.World, SimEventKind.Start, world.Clock.Micros, node.Index, 0, null);
        }
    }
}
