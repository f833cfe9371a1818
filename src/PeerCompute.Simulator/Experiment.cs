// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Globalization;
using PeerCompute.Core;
using PeerCompute.Core.Views;
using PeerCompute.Simulator.Adversaries;
using PeerCompute.Simulator.Checkers;
using PeerCompute.Simulator.Clock;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Matching;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Simulator.Probes;
using PeerCompute.Simulator.Reports;
using PeerCompute.Simulator.Scenarios;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator;

/// <summary>One run with all its checkers: scenario and seed in, result out.</summary>
internal sealed class Experiment : IDisposable
{
    private readonly Cast _cast;
    private readonly LeaseRules _leases;
    private readonly EndRules _end;
    private readonly MarketLog _log = new();

    public Experiment(Scenario scenario, ulong seed, Func<MachineSite, INodeMachine> machines, IEventQueue? queue = null, int lanes = 1)
    {
        _cast = new Cast(scenario, seed);
        World = new Simulation(scenario, seed, site => _cast.Dress(site, machines), queue, lanes);
        _leases = new LeaseRules(World, _cast);
        var liveness = new LivenessRules(World, _cast);
        _end = new EndRules(World, _cast, scenario.Jobs.Count + liveness.Count);
        Metrics = new Metrics(World);
        Probes = new ProbeTable(World);
        Observer[] observers =
        [
            _leases, new OneWord(World, _cast), new LeaseEnds(World, _cast), new PromiseRules(World, _cast), new BoundRules(World),
            new MeshRules(World, _cast), liveness, _end, Metrics, _log,
        ];
        foreach (var observer in observers) World.Watch(observer);
        Weather.Begin(World);
    }

    public Simulation World { get; }

    public Metrics Metrics { get; }

    public ProbeTable Probes { get; }

    /// <summary>When the run ends, microseconds.</summary>
    public long EndMicros => World.Scenario.DurationMicros + World.Scenario.SettleMicros;

    public SimulationResult Run(Action<SimProgress>? progress = null)
    {
        for (var at = 0L; at < EndMicros;)
        {
            at = Math.Min(at + World.Scenario.SampleMicros, EndMicros);
            RunUntil(at);
            Metrics.Sample();
            World.Notify(static o => o.Sampled());
            progress?.Invoke(new SimProgress(at, EndMicros, World.Counters.Events, Metrics.JobsEnded, World.Scenario.Jobs.Count));
        }

        World.Notify(o => o.Ended());
        return Result();
    }

    private void RunUntil(long micros)
    {
        for (var next = Probes.NextAfter(World.Clock.Micros); next <= micros; next = Probes.NextAfter(next))
        {
            World.RunUntil(next);
            Probes.Look();
        }

        World.RunUntil(micros);
    }

    /// <summary>Lets the threads of the run go.</summary>
    public void Dispose() => World.Dispose();

    private SimulationResult Result()
    {
        var (idle, job) = TrafficReport.Of(Metrics.Rows, World.Nodes.Length, World.Scenario.Jobs.FirstMicros, World.Scenario.Jobs.Count);
        return Result(idle, job);
    }

    private SimulationResult Result(Traffic idle, Traffic job) => new()
    {
        IdleNodeHour = idle,
        PerJob = job,
        Scenario = World.Scenario.Name,
        ScenarioHash = World.Scenario.Hash.ToString(),
        Seed = World.Seed,
        TraceHash = World.TraceHash.ToString("x16", CultureInfo.InvariantCulture),
        CoreMvid = typeof(INodeMachine).Module.ModuleVersionId,
        Nodes = World.Nodes.Length,
        Events = World.Counters.Events,
        VirtualSeconds = World.Clock.Micros / 1_000_000,
        Messages = World.Counters.Delivered,
        MessageBytes = World.Counters.MessageBytes,
        BlobBytes = World.Counters.BlobBytes,
        Crashes = World.Counters.Crashes,
        Jobs = Rows(),
        Planted = _cast.Planted.All.Count,
        Judged = _leases.Judged,
        Found = _leases.Found,
        Adversaries = _cast.Account(),
        OwedMicro = _end.OwedMicro,
        SettledMicro = _end.SettledMicro,
        Faults = [.. World.Faults.Select(static fault => fault.ToString())],
        Violations = [.. World.Violations],
        Figures = Figures(),
    };

    private ImmutableArray<Figure> Figures()
    {
        if (World.Scenario.Jobs.Count == 0) return [];
        var (spans, ideal) = (new List<JobSpan>(), MatchingRun.IdealOf(World.Scenario, World.Seed));
        foreach (var node in World.Nodes)
        {
            foreach (var job in node.Machine?.Jobs() ?? [])
            {
                if (MarketLog.Span(node, job) is { } span) spans.Add(span);
            }
        }

        var c = World.Counters;
        return MatchFigures.Of(World.Scenario, World.Seed, spans, _log.Runs, ideal, c.Said, c.MessageBytes);
    }

    private ImmutableArray<JobRow> Rows()
    {
        List<JobRow> rows = [];
        foreach (var node in World.Nodes)
        {
            foreach (var job in node.Machine?.Jobs() ?? []) rows.Add(Row(node.Index, job));
        }

        rows.Sort((a, b) => a.SubmittedMs != b.SubmittedMs ? a.SubmittedMs.CompareTo(b.SubmittedMs) : string.CompareOrdinal(a.JobId, b.JobId));
        return [.. rows];
    }

    private static JobRow Row(int client, JobView job)
    {
        var accepted = 0;
        foreach (var task in job.Tasks) accepted += task.State == TaskState.Accepted ? 1 : 0;
        var settled = 0;
        foreach (var lease in job.Leases) settled += lease.Phase == LeasePhase.Settled ? 1 : 0;
        return new JobRow(
            job.JobId.ToString(),
            client,
            job.State.ToString(),
            job.SubmittedMs - VirtualClock.WallStartMs,
            job.Ended ? job.EndedMs - VirtualClock.WallStartMs : -1,
            job.Tasks.Length,
            accepted,
            job.Leases.Length,
            settled,
            job.TotalMicro,
            job.Cause);
    }
}
