// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using static PeerCompute.Simulator.Scenarios.ScenarioReader;

namespace PeerCompute.Simulator.Scenarios;

/// <summary>Reads a class of <c>nodes</c> of a scenario.</summary>
internal static class ClassReader
{
    /// <summary>Highest speed, thousandths of the reference machine.</summary>
    public const int SpeedMost = 1_000_000;

    /// <summary>Bounds of the shape of a Weibull distribution, thousandths.</summary>
    public const int ShapeLeast = 100, ShapeMost = 10_000;

    private const long YearAndMore = 400 * Day;

    public static NodeClass Read(YamlMap map)
    {
        var count = map.Count("count", 1, 1, NodesMost);
        var result = new NodeClass
        {
            Name = map.Text("class", ""),
            Count = count,
            Role = Enum.Parse<NodeRole>(map.Text("role", "worker", "worker", "client", "light", "relay"), ignoreCase: true),
            Nat = Enum.Parse<NatKind>(map.Text("nat", "none", "none", "mapped", "cone", "symmetric"), ignoreCase: true),
            SpeedPermille = map.Count("speed", 1000, 1, SpeedMost),
            Slots = map.Count("slots", 2, 1, 1024),
            PriceMicro = (ulong)map.Count("price", 1000, 0, 1_000_000_000),
            FlakyPpm = map.Share("flaky", 0),
            Connections = map.Count("connections", 96, 16, 1024),
            Remembers = map.Count("remembers", 256, 1, 10_000),
            Churn = map.Map("churn") is { } churn ? Churn(churn, count) : null,
        };
        map.Done();
        return result;
    }

    private static ChurnPlan Churn(YamlMap map, int count)
    {
        var plan = new ChurnPlan
        {
            SharePpm = map.Share("share", 1_000_000),
            Up = Life(map, "up", 300 * Second, Second),
            Down = Life(map, "down", 30 * Second, 1000),
            Torn = map.Count("torn", 0, 0, 1000),
            Trace = map.File("trace") is { } trace ? Sessions(trace, count) : [],
        };
        map.Done();
        return plan;
    }

    /// <summary>A mean, or with <c>up_shape</c> the scale of a Weibull distribution.</summary>
    public static LifePlan Life(YamlMap map, string key, long otherwise, long least)
        => new(map.Time(key, otherwise, least, 30 * Day), map.Thousandths(key + "_shape", 0, ShapeLeast, ShapeMost));

    /// <summary>Lines "node,start,end": the class's nodes from 0 on, seconds from the run's beginning.</summary>
    private static ImmutableArray<ImmutableArray<(long Start, long End)>> Sessions(DataFile file, int count)
    {
        var sessions = new List<(long Start, long End)>[count];
        for (var i = 0; i < count; i++) sessions[i] = [];
        foreach (var (line, values) in Table.Read(file, "node", "start", "end"))
        {
            if (values[0] >= count * Second || values[0] % Second != 0) throw file.Bad(line, $"node {values[0] / Second} is none of the class's {count}");
            var own = sessions[(int)(values[0] / Second)];
            var (start, end) = (values[1], values[2]);
            if (end <= start || end > YearAndMore || (own.Count > 0 && start <= own[^1].End))
                throw file.Bad(line, "a session ends after its start, and begins after the node's last one");
            own.Add((start, end));
        }

        return [.. sessions.Select(static own => own.ToImmutableArray())];
    }
}
