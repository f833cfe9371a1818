// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Chance;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Tests;

/// <summary>Scenarios whose every parameter is drawn from the seed: which faults are at work, and how hard.</summary>
internal static class Storm
{
    private const long Second = 1_000_000;

    public static Scenario Of(ulong seed)
    {
        var c = Draw.Stream(seed, "storm");
        return new Scenario
        {
            Name = $"storm {seed}",
            DurationMicros = 900 * Second,
            SettleMicros = 300 * Second,
            Nodes = Nodes(c),
            Adversaries = Crook(c),
            ClockSkewMs = c.Between(0, 2000),
            EncodeWire = Chance(c, 30),
            Disk = new Spread(c.Between(1, 1000), c.Between(1000, 200_000)),
            Links = Links(c),
            Jobs = Jobs(c),
        };
    }

    private static ImmutableArray<NodeClass> Nodes(Choices c) =>
    [
        new NodeClass
        {
            Name = "fast",
            Count = (int)c.Between(1, 8),
            Slots = (int)c.Between(1, 4),
            SpeedPermille = (int)c.Between(300, 4000),
            PriceMicro = (ulong)c.Between(0, 2000),
            Churn = Churn(c, 60),
            FlakyPpm = Chance(c, 30) ? (int)c.Between(0, 100_000) : 0,
        },
        new NodeClass
        {
            Name = "slow",
            Count = (int)c.Between(1, 6),
            Slots = (int)c.Between(1, 2),
            SpeedPermille = (int)c.Between(300, 4000),
            Churn = Churn(c, 60),
        },
        new NodeClass
        {
            Name = "client",
            Role = NodeRole.Client,
            Count = (int)c.Between(1, 3),
            SpeedPermille = (int)c.Between(1000, 5000),
            Churn = Churn(c, 30),
        },
    ];

    private static ImmutableArray<AdversaryPlan> Crook(Choices c)
    {
        if (!Chance(c, 60)) return [];
        var kinds = Simulator.Adversaries.AdversaryKinds.All.Values.Where(static kind => !kind.NeedsMesh).ToArray();
        return [new AdversaryPlan(kinds[c.Below(kinds.Length)], 1)];
    }

    private static LinkPlan Links(Choices c)
    {
        var partitions = ImmutableArray.CreateBuilder<PartitionPlan>();
        while (Chance(c, 30))
        {
            partitions.Add(new PartitionPlan(c.Between(1, 300) * Second, c.Between(1, 60) * Second, (int)c.Between(100_000, 900_000)));
        }

        return new LinkPlan
        {
            Latency = new Spread(c.Between(1_000, 50_000), c.Between(50_000, 500_000)),
            JitterMicros = c.Between(0, 300_000),
            LossPpm = Chance(c, 60) ? (int)c.Between(0, 300_000) : 0,
            DuplicatePpm = Chance(c, 50) ? (int)c.Between(0, 200_000) : 0,
            ResetMicros = Chance(c, 50) ? c.Between(5, 120) * Second : 0,
            Bandwidth = new Spread(1_000_000, 100_000_000),
            TimeoutMicros = c.Between(1, 10) * Second,
            Partitions = partitions.ToImmutable(),
        };
    }

    private static JobPlan Jobs(Choices c) => new()
    {
        Count = (int)c.Between(1, 10),
        EveryMicros = c.Between(1, 30) * Second,
        Tasks = new Spread(1, c.Between(1, 40)),
        TasksPerLease = (int)c.Between(1, 8),
        Parallel = (int)c.Between(1, 6),
        Cost = new Spread(c.Between(1, Second), c.Between(Second, 5 * Second)),
        DeadlineMicros = c.Between(60, 800) * Second,
        Workers = (int)c.Between(1, 8),
        FaultyPpm = Chance(c, 20) ? 200_000 : 0,
    };

    private static ChurnPlan? Churn(Choices c, int percent)
        => Chance(c, percent) ? new ChurnPlan
        {
            SharePpm = (int)c.Between(100_000, 1_000_000),
            Up = new LifePlan(c.Between(5, 120) * Second, Chance(c, 30) ? (int)c.Between(300, 900) : 0),
            Down = new LifePlan(c.Between(1, 30) * Second),
        } : null;

    private static bool Chance(Choices c, int percent) => c.Happens(percent * 10_000);
}
