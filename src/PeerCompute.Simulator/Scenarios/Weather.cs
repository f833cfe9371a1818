// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Core.Runs;
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
            foreach (var life in Lives.Of(scenario, world.Seed, node.Class, node.Index, node.Number))
                world.Schedule(node.Index, life.Kind, life.AtMicros, node.Index, life.Torn, null);
        }

        Jobs(world);
        foreach (var partition in scenario.Links.Partitions) Partition(world, partition);
        FaultWorks.Begin(world);
        world.Script(scenario.DurationMicros, () => Calm(world));
    }

    private static void Jobs(Simulation world)
    {
        var plan = world.Scenario.Jobs;
        var (clients, workers) = (new List<int>(), new List<NamedWorker>());
        foreach (var node in world.Nodes)
        {
            if (node.Class.Client) clients.Add(node.Index);
            if (node.Class.Worker) workers.Add(new NamedWorker(node.Signer.PeerId, node.Address.ToString()));
        }

        var maker = new JobMaker(world.Seed, plan, workers);
        var arrivals = new Arrivals(plan, Draw.Stream(world.Seed, "arrivals"));
        for (var i = 0; i < plan.Count; i++)
        {
            var at = arrivals.Next();
            world.Schedule(Simulation.World, SimEventKind.Submit, at, clients[i % clients.Count], i, maker.Make(i, at));
        }
    }

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
