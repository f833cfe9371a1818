// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Wire.Common;
using static PeerCompute.Simulator.Scenarios.ScenarioReader;

namespace PeerCompute.Simulator.Scenarios;

/// <summary>Reads <c>jobs</c> of a scenario.</summary>
internal static class JobReader
{
    /// <summary>Most jobs of a run.</summary>
    public const int JobsMost = 1_000_000;


    /// <summary>Where a distribution of costs is cut off: 20 times its scale, which 2 in a milliard of an exponential one are above.</summary>
    private const int ScalesMost = 20;

    public static JobPlan Read(YamlMap map)
    {
        var shape = map.Thousandths("cost_shape", 0, ClassReader.ShapeLeast, ClassReader.ShapeMost);
        var trace = map.File("trace") is { } file ? Trace(file) : [];
        var jobs = new JobPlan
        {
            Trace = trace,
            Count = map.Count("count", trace.Length > 0 ? trace.Length : -1, 0, JobsMost),
            FirstMicros = map.Time("first", Second, 0, 30 * Day),
            Discovery = map.Text("discovery", "false", "true", "false") == "true",
            Verification = Verification(map),
            EveryMicros = map.Time("every", 10 * Second, 1000, Day),
            Burst = map.Count("burst", 1, 1, 10_000),
            Hours = [.. map.List("hours", 24, 0, 1_000_000)],
            Tasks = map.Counts("tasks", new Spread(8, 8), 1, WireLimits.TasksPerJob),
            TasksPerLease = map.Count("tasks_per_lease", 4, 1, WireLimits.TasksPerLease),
            Parallel = map.Count("parallel", 2, 1, 1024),
            Cost = Cost(map, shape),
            CostShapePermille = shape,
            WarmupMicros = map.Time("warmup", 0, 0, 30 * Day),
            DeadlineMicros = map.Time("deadline", 600 * Second, Second, 30 * Day),
            Workers = map.Count("workers", 4, 1, Core.Runs.JobRequest.WorkersMost),
            CeilingMicro = (ulong)map.Count("ceiling", 10_000, 0, 1_000_000_000),
            FaultyPpm = map.Share("faulty", 0),
        };
        if (jobs.Hours.Length > 0 && jobs.Hours.All(static weight => weight == 0)) throw map.Bad("hours", "are all 0: no job ever comes");
        if (trace.Length > 0 && shape > 0) throw map.Bad("cost_shape", "is not known beside a trace, which says each cost");
        if (trace.Length > 0 && jobs.Count > trace.Length) throw map.Bad("count", $"is {jobs.Count}, the trace has {trace.Length} jobs");
        map.Done();
        return jobs;
    }

    private static Spread Cost(YamlMap map, int shape)
    {
        var cost = map.Times("cost", new Spread(500_000, 2_000_000), 1, Day);
        if (shape == 0) return cost;
        if (!map.Has("cost") || cost.Least != cost.Most) throw map.Bad("cost", "is one value beside 'cost_shape': the scale of the distribution");
        return new Spread(cost.Least, Math.Min(Day, cost.Least * ScalesMost));
    }

    private static VerificationTerms Verification(YamlMap map)
    {
        if (map.Map("verification") is not { } terms) return VerificationTerms.Issuer;
        var replicas = terms.Count("replicas", -1, (int)VerificationTerms.ReplicasLeast, (int)VerificationTerms.ReplicasMost);
        terms.Done();
        return VerificationTerms.Of((uint)replicas);
    }

    /// <summary>Lines "at,tasks,cost,deadline": when, how many tasks, how long one takes on the reference machine, how long the job has; in seconds.</summary>
    private static ImmutableArray<TracedJob> Trace(DataFile file)
    {
        var jobs = ImmutableArray.CreateBuilder<TracedJob>();
        foreach (var (line, values) in Table.Read(file, "at", "tasks", "cost", "deadline"))
        {
            var tasks = values[1] / Second;
            if (tasks is < 1 or > WireLimits.TasksPerJob || values[1] % Second != 0) throw file.Bad(line, $"a job has 1 to {WireLimits.TasksPerJob} tasks");
            if (values[2] is < 1 or > Day || values[3] < Second || values[3] > 30 * Day)
                throw file.Bad(line, "a task takes at most a day, a job has 1 second to 30 days");
            if (jobs.Count > 0 && values[0] < jobs[^1].AtMicros) throw file.Bad(line, "jobs come in the order of their times");
            if (jobs.Count == JobsMost) throw file.Bad(line, $"more than {JobsMost} jobs");
            jobs.Add(new TracedJob(values[0], (int)tasks, values[2], values[3]));
        }

        return jobs.ToImmutable();
    }
}
