// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using PeerCompute.Base.Chance;
using PeerCompute.Simulator;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Overlays;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Benchmarks.Simulation;

/// <summary>Events per second of whole protocol runs and of the queue alone, and memory of a simulated node.</summary>
internal static class SimulatorSuite
{
    private const int IdleNodes = 1000;
    private const int MeshNodes = 500;
    private const int QueueEvents = 2_000_000;
    private const int Standing = 100_000;

    public static IEnumerable<Figure> Run()
    {
        Experiment(Busy(100)).Run();
        foreach (var (name, scenario) in new[]
        {
            ("1000 jobs, 100 nodes, clean links", Busy(1000)),
            ("1000 jobs, 100 nodes, 2 % loss and churn", Rough(1000)),
        })
        {
            var experiment = Experiment(scenario);
            var (before, began) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
            var result = experiment.Run();
            var (busy, wall) = ((Environment.CpuUsage.TotalTime - before).TotalSeconds, Stopwatch.GetElapsedTime(began).TotalSeconds);
            yield return new Figure($"events, {name}", result.Events / busy, "1/s of processor time");
            yield return new Figure($"virtual seconds, {name}", result.VirtualSeconds / wall, "s/s of wall time");
        }

        var library = Queue(new LibraryQueue());
        yield return new Figure($"wheel alone, pop and push among {Standing} events", Queue(new HouseQueue(new WheelEventQueue())), "1/s", library);
        yield return new Figure($"heap alone, pop and push among {Standing} events", Queue(new HouseQueue(new HeapEventQueue())), "1/s", library);
        var alone = BytesPerNode(IdleNodes, Idle(IdleNodes));
        yield return new Figure($"managed heap per idle node, {IdleNodes} nodes that know nobody", alone, "B", null, "lower");
        var mesh = Idle(MeshNodes) with { Bootstrap = 4, StartMicros = 30_000_000 };
        var sofar = Environment.CpuUsage.TotalTime;
        yield return new Figure($"managed heap per idle node in a mesh, {MeshNodes} nodes", BytesPerNode(MeshNodes, mesh), "B", null, "lower");
        var spent = (Environment.CpuUsage.TotalTime - sofar).TotalSeconds;
        yield return new Figure($"processor time until {MeshNodes} nodes are a mesh, a minute of virtual time", spent, "s", null, "lower");
        var (one, two) = (Pace(mesh, 1), Pace(mesh, 2));
        yield return new Figure($"events in a mesh of {MeshNodes} nodes, two lanes", two, "1/s of wall time", one);
        var gossip = ScenarioReader.Read("gossip", Encoding.UTF8.GetBytes(Gossip));
        var (from, start) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        var world = new OverlayRun(gossip, 1).Run(null);
        var taken = (Environment.CpuUsage.TotalTime - from).TotalSeconds;
        yield return new Figure("events of gossip, 10 000 routers", world.Events / taken, "1/s of processor time");
        yield return new Figure("wall time of that run", Stopwatch.GetElapsedTime(start).TotalSeconds, "s", null, "lower");
    }

    private const string Gossip = """
        duration: 30s
        start: 2s
        links: { latency: [10ms, 150ms], jitter: 0us }
        overlay:
          nodes: 10000
          gossip:
            topology: dials
            degree: 15
            mesh: { d: 8, d_lo: 6, d_hi: 12, flood_publish: false }
            messages: { publishers: 5, count: 100, first: 10s, every: 100ms }
        """;

    private static double Pace(Scenario scenario, int lanes)
    {
        using var experiment = new Experiment(scenario, 1, SimulatorRun.Honest, lanes: lanes);
        var began = Stopwatch.GetTimestamp();
        return experiment.Run().Events / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static Experiment Experiment(Scenario scenario) => new(scenario, 1, SimulatorRun.Honest);

    private static Scenario Busy(int jobs) => new()
    {
        Name = "busy",
        DurationMicros = 3_600_000_000,
        Nodes =
        [
            new NodeClass { Name = "worker", Count = 80, Slots = 4 },
            new NodeClass { Name = "client", Count = 20, Role = NodeRole.Client, SpeedPermille = 20_000 },
        ],
        Jobs = new JobPlan { Count = jobs, EveryMicros = 1_000_000, Tasks = new Spread(16, 16), Workers = 6, Parallel = 4, DeadlineMicros = 3_000_000_000 },
    };

    private static Scenario Rough(int jobs)
    {
        var busy = Busy(jobs);
        var churn = new ChurnPlan { SharePpm = 500_000, Up = new LifePlan(120_000_000), Down = new LifePlan(15_000_000) };
        ImmutableArray<NodeClass> nodes = [busy.Nodes[0] with { Churn = churn }, busy.Nodes[1]];
        return busy with { Nodes = nodes, Links = busy.Links with { LossPpm = 20_000, DuplicatePpm = 10_000, ResetMicros = 300_000_000 } };
    }

    /// <summary>The hold model: pop the earliest, push one that is 5 to 305 ms later.</summary>
    private static double Queue(IHold queue)
    {
        var chance = new Choices(1);
        for (var i = 0; i < Standing; i++) queue.Push((long)(chance.Next() % 300_000), (ulong)i);
        var before = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < QueueEvents; i++) queue.Push(queue.Pop() + 5_000 + (long)(chance.Next() % 300_000), (ulong)(Standing + i));
        return QueueEvents / (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }

    private static Scenario Idle(int nodes)
        => Busy(0) with { Nodes = [new NodeClass { Name = "worker", Count = nodes }], DurationMicros = 60_000_000, SettleMicros = 0 };

    private static double BytesPerNode(int nodes, Scenario idle)
    {
        var before = GC.GetTotalMemory(true);
        var experiment = Experiment(idle);
        experiment.Run();
        var bytes = GC.GetTotalMemory(true) - before;
        GC.KeepAlive(experiment);
        return (double)bytes / nodes;
    }

    private interface IHold
    {
        long Pop();

        void Push(long at, ulong sequence);
    }

    private sealed class HouseQueue(IEventQueue queue) : IHold
    {
        public long Pop() => queue.TryPop(out var e) ? e.At : throw new InvalidOperationException("empty");

        public void Push(long at, ulong sequence) => queue.Push(new SimEvent(at, SimEventKind.Message, 0, sequence, 0, 0, null));
    }

    private sealed class LibraryQueue : IHold
    {
        private static readonly Comparer<SimEvent> Order = Comparer<SimEvent>.Create(static (a, b) => SimEvent.Before(a, b)
            ? -1 : SimEvent.Before(b, a) ? 1 : 0);

        private readonly PriorityQueue<SimEvent, SimEvent> _queue = new(Order);

        public long Pop() => _queue.Dequeue().At;

        public void Push(long at, ulong sequence)
        {
            var e = new SimEvent(at, SimEventKind.Message, 0, sequence, 0, 0, null);
            _queue.Enqueue(e, e);
        }
    }
}
