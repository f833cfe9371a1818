// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Globalization;
using PeerCompute.Base.Chance;
using PeerCompute.Core.Runs;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Clock;
using PeerCompute.Simulator.Executors;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Scenarios;

/// <summary>Makes the jobs of a scenario from the seed.</summary>
/// <param name="seed">The run's seed.</param>
/// <param name="plan">What the scenario says of jobs.</param>
/// <param name="workers">Who can be named in one.</param>
internal sealed class JobMaker(ulong seed, JobPlan plan, IReadOnlyList<NamedWorker> workers)
{
    /// <summary>Before the number in a job's name.</summary>
    public const string NamePrefix = "job-";

    /// <summary>One job for one client.</summary>
    /// <param name="number">Number of the job within the run.</param>
    /// <param name="atMicros">When it is handed in.</param>
    /// <returns>The job.</returns>
    public JobRequest Make(int number, long atMicros)
    {
        var chance = Chance(number);
        var spec = Spec(number, chance);
        var deadline = (ulong)(VirtualClock.WallStartMs + ((atMicros + DeadlineMicros(number)) / 1000));
        var placement = new PlacementTerms((uint)plan.TasksPerLease, (uint)plan.Parallel, "");
        return new JobRequest(spec, plan.Discovery ? [] : Workers(chance), placement, "credit", plan.CeilingMicro, deadline, ReadOnlyMemory<byte>.Empty)
        {
            Discover = plan.Discovery,
            Verification = plan.Verification,
        };
    }

    /// <summary>What one job is to compute: the same whoever is to do it.</summary>
    public JobSpec Spec(int number) => Spec(number, Chance(number));

    /// <summary>How long one job has.</summary>
    public long DeadlineMicros(int number) => plan.Trace.Length > 0 ? plan.Trace[number].DeadlineMicros : plan.DeadlineMicros;

    private Choices Chance(int number) => Draw.Stream(seed, "job", (ulong)number);

    private JobSpec Spec(int number, Choices chance)
    {
        var traced = plan.Trace.Length > 0 ? plan.Trace[number] : null;
        var tasks = traced?.Tasks ?? chance.Between(plan.Tasks.Least, plan.Tasks.Most);
        var cost = traced is null ? plan.Cost : new Spread(traced.CostMicros, traced.CostMicros);
        return new JobSpec
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"{NamePrefix}{number}"),
            Module = SimProgram.Blob(Draw.Bytes(seed, "module", (ulong)number), (ulong)chance.Between(20_000, 200_000), Key(number)),
            Args = SimProgram.Args(cost, chance.Happens(plan.FaultyPpm), plan.CostShapePermille),
            Env = [],
            Inputs = [],
            Outputs = ["out"],
            Limits = new TaskLimits(64 << 20, 1UL << 40, WallMs(cost), 1 << 20),
            Tasks = (uint)tasks,
            Salt = Draw.Bytes(seed, "salt", (ulong)number),
        };
    }

    private ImmutableArray<NamedWorker> Workers(Choices chance)
    {
        var order = workers.ToArray();
        chance.Shuffle<NamedWorker>(order);
        return [.. order.Take(plan.Workers)];
    }

    /// <summary>Ten times what the reference machine needs at most.</summary>
    private static ulong WallMs(Spread cost) => Math.Max(1000, (ulong)cost.Most / 100);

    private ReadOnlyMemory<byte> Key(int number) => Draw.Bytes(seed, "key", (ulong)number).ToArray();
}
