// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Errors;
using PeerCompute.Core.Runs;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Executors;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Reality;

/// <summary>
/// What real processes do to be a scenario: the nodes, the times between them, the jobs, and who comes and goes when. All of it is taken from the world that
/// <see cref="SimulatorRun.Run"/> would run with the same seed, before its first event.
/// </summary>
public sealed class RealPlan
{
    /// <summary>Least nodes, and most.</summary>
    public const int NodesLeast = 2, NodesMost = 50;

    private RealPlan(Scenario scenario, string path, ulong seed) => (Scenario, Path, Seed) = (scenario, path, seed);

    /// <summary>The seed.</summary>
    public ulong Seed { get; }

    /// <summary>Where the scenario's file is.</summary>
    public string Path { get; }

    /// <summary>Name of the scenario.</summary>
    public string Name => Scenario.Name;

    /// <summary>The nodes, those that others begin with first.</summary>
    public required ImmutableArray<RealNode> Nodes { get; init; }

    /// <summary>So many of them are told to every node.</summary>
    public int Bootstrap => Scenario.Bootstrap;

    /// <summary>Who is up at the beginning.</summary>
    public required ImmutableArray<int> First { get; init; }

    /// <summary>Who comes and goes later, in order.</summary>
    public required ImmutableArray<RealChange> Changes { get; init; }

    /// <summary>The jobs, in the order of their times.</summary>
    public required ImmutableArray<RealJob> Jobs { get; init; }

    /// <summary>What a message takes longer at most, microseconds.</summary>
    public long JitterMicros => Scenario.Links.JitterMicros;

    /// <summary>Between two samples, microseconds.</summary>
    public long SampleMicros => Scenario.SampleMicros;

    /// <summary>When the run ends at the latest, microseconds.</summary>
    public long EndMicros => Scenario.DurationMicros + Scenario.SettleMicros;

    internal Scenario Scenario { get; }

    /// <summary>Reads a scenario as one of real processes.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="parameters">Values that take the place of those in the scenario's <c>parameters</c>.</param>
    /// <exception cref="PeerComputeException">It is no scenario, or says what cannot be made real: names the key.</exception>
    public static RealPlan Read(string path, ulong seed, IReadOnlyDictionary<string, string>? parameters = null)
        => Of(ScenarioReader.ReadFile(path, parameters), path, seed);

    internal static RealPlan Of(Scenario scenario, string path, ulong seed)
    {
        if (RealLimits.Unreal(scenario) is { } key)
            throw new PeerComputeException(ErrorCode.BadInput, $"{path}: {key}: leave it out, or run the scenario without --real.");
        using var world = new Simulation(scenario, seed, SimulatorRun.Honest, new HeapEventQueue(), lanes: 1);
        Weather.Begin(world);
        var (first, changes, jobs) = Read(world);
        return new RealPlan(scenario, path, seed)
        {
            Nodes = [.. world.Nodes.Select(node => Node(world, node.Index))], First = first, Changes = changes, Jobs = jobs,
        };
    }

    private static RealNode Node(Simulation world, int index)
    {
        var node = world.Nodes[index];
        return new RealNode
        {
            Index = index,
            Class = node.Class.Name,
            TakesWork = node.Class.Worker,
            Light = node.Class.Light,
            Key = Draw.Bytes(world.Seed, "identity", (ulong)index).ToArray(),
            SpeedPermille = node.Class.SpeedPermille,
            Slots = node.Class.Slots,
            PriceMicro = node.Class.PriceMicro,
            UpBits = node.Standing.UpBits,
            DownBits = node.Standing.DownBits,
            MicrosTo = [.. world.Nodes.Select(other => world.Network.Latency(index, other.Index))],
        };
    }

    private static (ImmutableArray<int> First, ImmutableArray<RealChange> Changes, ImmutableArray<RealJob> Jobs) Read(Simulation world)
    {
        var (first, changes, jobs) = (new List<int>(), new List<RealChange>(), new List<RealJob>());
        foreach (var e in world.Drain())
        {
            if (e.Kind == SimEventKind.Submit) jobs.Add(Job(world, (int)e.Tag, e.At, e.Target, (JobRequest)e.Payload!));
            else if (e.Kind == SimEventKind.Start && e.At <= world.Scenario.StartMicros && !first.Contains(e.Target)) first.Add(e.Target);
            else changes.Add(new RealChange(e.At, e.Target, e.Kind == SimEventKind.Start));
        }

        return ([.. first], [.. changes], [.. jobs]);
    }

    private static RealJob Job(Simulation world, int number, long at, int client, JobRequest request) => new()
    {
        Number = number,
        AtMicros = at,
        Client = client,
        Name = request.Spec.Name,
        Tasks = request.Spec.Tasks,
        Args = request.Spec.Args,
        ModuleBytes = (int)request.Spec.Module!.Size,
        OutputBytes = SimProgram.OutputMean,
        TasksPerLease = request.Placement.TasksPerLease,
        Parallel = request.Placement.Parallel,
        Workers = [.. request.Workers.Select(worker => world.IndexOf(worker.Peer))],
        Replicas = world.Scenario.Jobs.Verification.Replicas,
        CeilingMicro = request.PriceCeilingMicro,
        DeadlineMs = (ulong)((long)request.DeadlineMs - Clock.VirtualClock.WallStartMs - (at / 1000)),
        WallMs = request.Spec.Limits.WallMs,
    };
}
