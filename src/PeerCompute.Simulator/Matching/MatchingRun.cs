// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Globalization;
using PeerCompute.Core;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Matching;

/// <summary>One run of a baseline: scenario and seed in, the market's kind of result out.</summary>
internal sealed class MatchingRun(Scenario scenario, ulong seed, IEventQueue? queue = null)
{
    private readonly List<(long AtMicros, long Events, long[] Row)> _rows = [];

    public MatchingWorld World { get; } = new(scenario, seed, queue);

    /// <summary>The running counts at each sample.</summary>
    public IReadOnlyList<(long AtMicros, long Events, long[] Row)> Rows => _rows;

    private long EndMicros => scenario.DurationMicros + scenario.SettleMicros;

    /// <summary>Responses of a scenario's jobs in the ideal, microseconds by number; -1 for one that is not accepted there.</summary>
    public static long[] IdealOf(Scenario scenario, ulong seed)
    {
        var run = new MatchingRun(scenario with { Matching = MatchingKind.Ideal }, seed);
        run.World.RunUntil(run.EndMicros);
        return Responses(run.Spans(), scenario.Jobs.Count);
    }

    public SimulationResult Run(Action<SimProgress>? progress = null)
    {
        for (var at = 0L; at < EndMicros;)
        {
            at = Math.Min(at + scenario.SampleMicros, EndMicros);
            World.RunUntil(at);
            _rows.Add((at, World.Events, World.Row()));
            progress?.Invoke(new SimProgress(at, EndMicros, World.Events, (int)World.Row()[2], scenario.Jobs.Count));
        }

        var spans = Spans();
        var ideal = scenario.Matching == MatchingKind.Ideal ? Responses(spans, scenario.Jobs.Count) : IdealOf(scenario, seed);
        var figures = MatchFigures.Of(scenario, seed, spans, World.Runs, ideal, World.Messages, World.Bytes);
        var owed = World.Jobs.Aggregate(0UL, static (sum, job) => sum + job.OwedMicro);
        return new SimulationResult
        {
            Scenario = scenario.Name,
            ScenarioHash = scenario.Hash.ToString(),
            Seed = seed,
            TraceHash = World.Trace.Hash.ToString("x16", CultureInfo.InvariantCulture),
            CoreMvid = typeof(INodeMachine).Module.ModuleVersionId,
            Nodes = World.Count,
            Events = World.Events,
            VirtualSeconds = World.Now / 1_000_000,
            Messages = World.Messages,
            MessageBytes = World.Bytes,
            BlobBytes = 0,
            Crashes = 0,
            IdleNodeHour = default,
            PerJob = default,
            Jobs = [.. World.Jobs.Select(Row)],
            Planted = 0,
            Judged = 0,
            Found = 0,
            OwedMicro = owed,
            SettledMicro = owed,
            Violations = [],
            Figures = [.. figures, .. Placed()],
        };
    }

    private static long[] Responses(IReadOnlyList<JobSpan> spans, int count)
    {
        var responses = new long[count];
        Array.Fill(responses, -1);
        foreach (var job in spans.Where(static job => job.Accepted)) responses[job.Number] = job.To - job.From;
        return responses;
    }

    private IReadOnlyList<JobSpan> Spans()
        => [.. World.Jobs.Select(static job => new JobSpan(job.Number, job.Submitted, job.EndedAt, job.Tasks, job.State == "Accepted"))];

    /// <summary>How evenly tasks were laid into the workers' queues, whether they ran or not: balls in bins.</summary>
    private ImmutableArray<Figure> Placed()
    {
        var placed = World.Workers.Select(static worker => (double)worker.Placed).ToList();
        if (placed.Count == 0) return [];
        return [new Figure("placed_most", placed.Max()), new Figure("placed_jain", Evenness.Jain(placed))];
    }

    private static JobRow Row(MatchJob job)
    {
        var (id, cause) = (job.Number.ToString("x8", CultureInfo.InvariantCulture), job.State == "Accepted" ? "" : $"{job.TasksDone} tasks were done");
        var ended = job.Ended ? job.EndedAt / 1000 : -1;
        var accepted = job.Faulty ? 0 : job.TasksDone;
        return new JobRow(id, job.Client, job.State, job.Submitted / 1000, ended, job.Tasks, accepted, job.Placed, job.TasksDone, job.OwedMicro, cause);
    }
}
