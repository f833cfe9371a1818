// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Globalization;
using PeerCompute.Core.Runs;
using PeerCompute.Core.Views;
using PeerCompute.Simulator.Adversaries;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Checkers;

/// <summary>After the faults, life: small jobs that are handed in during the calm are accepted before it ends.</summary>
internal sealed class LivenessRules : Observer
{
    /// <summary>From the calm to the first job: nodes start, connections are made.</summary>
    private const long AfterMicros = 80_000_000;

    private const long BetweenMicros = 1_000_000;

    /// <summary>What is left for the two sides to agree.</summary>
    private const long LastMicros = 5_000_000;

    /// <summary>Shortest calm in which this is asked for.</summary>
    public const long ShortestMicros = AfterMicros + 60_000_000;

    private readonly Simulation _world;
    private readonly List<(SimNode Client, string Name)> _jobs = [];

    /// <summary>Hands the jobs in.</summary>
    public LivenessRules(Simulation world, Cast cast)
    {
        _world = world;
        var clients = world.Nodes.Where(node => node.Class.Client && cast.IsHonest(node.Index)).ToList();
        var honest = world.Nodes.Where(node => node.Class.Worker && cast.IsHonest(node.Index)).ToList();
        var plan = world.Scenario.Jobs;
        if (clients.Count == 0 || honest.Count < Math.Max(1, plan.Verification.PoolLeast)) return;
        var end = world.Scenario.DurationMicros + world.Scenario.SettleMicros;
        for (var i = 0; i < world.Scenario.Liveness; i++)
        {
            var at = world.Scenario.DurationMicros + AfterMicros + (i * BetweenMicros);
            if (at + BetweenMicros > end - LastMicros) break;
            var small = plan with
            {
                Trace = [], Tasks = new Spread(2, 2), Cost = new Spread(100_000, 200_000), FaultyPpm = 0, DeadlineMicros = end - LastMicros - at,
            };
            var (client, name) = (clients[i % clients.Count], string.Create(CultureInfo.InvariantCulture, $"liveness-{i}"));
            var job = new JobMaker(world.Seed, small, []).Make(JobReader.JobsMost + i, at);
            job = job with { Spec = job.Spec with { Name = name }, Workers = plan.Discovery ? [] : Named(honest) };
            world.Schedule(Simulation.World, SimEventKind.Submit, at, client.Index, JobReader.JobsMost + i, job);
            _jobs.Add((client, name));
        }
    }

    /// <summary>How many jobs it hands in.</summary>
    public int Count => _jobs.Count;

    public override void Ended()
    {
        foreach (var (client, name) in _jobs)
        {
            var job = client.Machine?.Jobs().FirstOrDefault(job => job.Request.Spec.Name == name);
            if (job is { State: JobState.Accepted }) continue;
            var done = job?.Tasks.Count(static task => task.State == TaskState.Accepted);
            var state = job is null ? "is not known" : $"is {job.State} with {done} of 2 tasks: {job.Cause}";
            _world.Violate("liveness", $"job {name} of node {client.Index}, handed in after the faults, {state}");
        }
    }

    private static ImmutableArray<NamedWorker> Named(List<SimNode> honest)
        => [.. honest.Take(JobRequest.WorkersMost).Select(static node => new NamedWorker(node.Signer.PeerId, node.Address.ToString()))];
}
