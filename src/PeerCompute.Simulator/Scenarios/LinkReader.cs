// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Simulator.Network.Places;
using static PeerCompute.Simulator.Scenarios.ScenarioReader;

namespace PeerCompute.Simulator.Scenarios;

/// <summary>Reads <c>links</c> of a scenario.</summary>
internal static class LinkReader
{
    public static LinkPlan Read(YamlMap map)
    {
        var partitions = ImmutableArray.CreateBuilder<PartitionPlan>();
        foreach (var item in map.Maps("partitions", 100))
        {
            var at = item.Time("at", 0, 0, 30 * Day);
            partitions.Add(new PartitionPlan(at, item.Time("for", 30 * Second, 1, 30 * Day), item.Share("share", 500_000)));
            item.Done();
        }

        var links = new LinkPlan
        {
            Latency = map.Has("latency") ? map.Times("latency", default, 100, 60 * Second) : null,
            Places = Places(map),
            JitterMicros = map.Time("jitter", 5_000, 0, 60 * Second),
            LossPpm = map.Share("loss", 0),
            DuplicatePpm = map.Share("duplicates", 0),
            ResetMicros = map.Time("reset", 0, Second, 30 * Day),
            Bandwidth = Bandwidth(map),
            TimeoutMicros = map.Time("timeout", 5 * Second, 1000, 3600 * Second),
            Partitions = partitions.ToImmutable(),
        };
        map.Done();
        return links;
    }

    private static Spread? Bandwidth(YamlMap map)
    {
        if (!map.Has("bandwidth_mbit")) return null;
        var mbit = map.Counts("bandwidth_mbit", default, 1, 100_000);
        return new Spread(mbit.Least * 1_000_000, mbit.Most * 1_000_000);
    }

    /// <summary>At most one of them may be named; eight regions where none is.</summary>
    private static PlaceMap Places(YamlMap map)
    {
        string[] named = [.. new[] { "latency", "times", "coordinates", "graph" }.Where(map.Has)];
        if (named.Length > 1) throw map.Bad(named[1], $"and '{named[0]}' both say how long messages take; leave one out");
        return map.File("times") is { } times ? TripleMap.Read(times)
            : map.File("coordinates") is { } points ? CoordinateMap.Read(points)
            : map.File("graph") is { } graph ? GraphMap.Read(graph) : new RegionMap();
    }
}
