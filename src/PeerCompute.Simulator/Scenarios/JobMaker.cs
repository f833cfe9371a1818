// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Globalization;
using PeerCompute.Base.Chance;
using PeerCompute.Core.Runs;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Clock;
using PeerCompute.Simulator.Executors;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Leases;

namespace PeerCompute.Simulator.Scenarios;

/// <summary>Makes the jobs of a scenario from the seed.</summary>
internal sealed class JobMaker(Simulation world, JobPlan plan)
{
    /// <summary>One job for one client.</summary>
    /// <param name="number">Number of the job within the run.</param>
    /// <param name="atMicros">When it is handed in.</param>
    /// <returns>The job.</returns>
    public JobRequest Make(int number, long atMicros)
    {
        var chance = Draw.Stream(world.Seed, "job", (ulong)number);
        var traced = plan.Trace.Length > 0 ? plan.Trace[number] : null;
        var tasks = traced?.Tasks ?? chance.Between(plan.Tasks.Least, plan.Tasks.Most);
        var cost = traced is null ? plan.Cost : new Spread(traced.CostMicros, traced.CostMicros);
        var spec = new JobSpec
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"job-{number}"),
            Module = SimProgram.Blob(Draw.Bytes(world.Seed, "module", (ulong)number), (ulong)chance.Between(20_000, 200_000), Key(number)),
            Args = SimProgram.Args(cost, chance.Happens(plan.FaultyPpm)),
            Env = [],
            Inputs = [],
            Outputs = ["out"],
            Limits = new TaskLimits(64 << 20, 1UL << 40, WallMs(cost), 1 << 20),
            Tasks = (uint)tasks,
            Salt = Draw.Bytes(world.Seed, "salt", (ulong)number),
        };
        var deadline = (ulong)(VirtualClock.WallStartMs + ((atMicros + (traced?.DeadlineMicros ?? plan.DeadlineMicros)) / 1000));
        var placement = new PlacementTerms((uint)plan.TasksPerLease, (uint)plan.Parallel, "");
        return new JobRequest(spec, plan.Discovery ? [] : Workers(chance), placement, "credit", plan.CeilingMicro, deadline, ReadOnlyMemory<byte>.Empty)
        {
            Discover = plan.Discovery,
            Verification = plan.Verification,
        };
    }

    private ImmutableArray<NamedWorker> Workers(Choices chance)
    {
        List<SimNode> able = [];
        foreach (var node in world.Nodes)
        {
            if (node.Class.Worker) able.Add(node);
        }

        var order = able.ToArray();
        chance.Shuffle<SimNode>(order);
        var named = ImmutableArray.CreateBuilder<NamedWorker>();
        for (var i = 0; i < Math.Min(plan.Workers, order.Length); i++)
        {
            named.Add(new NamedWorker(order[i].Signer.PeerId, order[i].Address.ToString()));
        }

        return named.ToImmutable();
    }

    /// <summary>Ten times what the reference machine needs at most.</summary>
    private static ulong WallMs(Spread cost) => Math.Max(1000, (ulong)cost.Most / 100);

    private ReadOnlyMemory<byte> Key(int number) => Draw.Bytes(world.Seed, "key", (ulong)number).ToArray();
}
