// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Simulator.Scenarios;
using static PeerCompute.Simulator.Scenarios.ScenarioReader;

namespace PeerCompute.Simulator.Overlays;

/// <summary>Reads <c>overlay</c> of a scenario.</summary>
internal static class OverlayReader
{
    private const int DegreeMost = 1000;

    /// <summary>Reads the whole of a scenario that has an overlay instead of jobs.</summary>
    public static Scenario Read(string name, YamlMap root)
    {
        var map = root.Map("overlay")!;
        var (gossip, dht) = (map.Map("gossip"), map.Map("dht"));
        if (gossip is null == dht is null) throw root.Bad("overlay", "holds one of 'gossip' and 'dht'");
        var nodes = map.Count("nodes", -1, 2, NodesMost);
        var links = root.Map("links");
        foreach (var key in new[] { "duplicates", "reset", "partitions" })
        {
            if (links?.Has(key) == true) throw links.Bad(key, "is not known in an overlay: its streams stand as long as their nodes do");
        }

        var duration = root.Time("duration", 60 * Second, Second, 30 * Day);
        var scenario = new Scenario
        {
            Name = root.Text("name", name),
            DurationMicros = duration,
            SettleMicros = 0,
            StartMicros = root.Time("start", 500_000, 0, Day),
            SampleMicros = root.Time("sample", 5 * Second, 1000, Day),
            Links = links is not null ? LinkReader.Read(links) : new LinkPlan(),
            Nodes = [],
            Jobs = new JobPlan { Count = 0 },
            Overlay = new OverlayPlan(nodes, gossip is null ? null : GossipReader.Read(gossip, nodes, duration), dht is null ? null : DhtReader.Read(dht)),
        };
        map.Done();
        root.Done();
        return scenario;
    }

    /// <summary>Reads who is connected with whom.</summary>
    public static Topology Topology(YamlMap map, int nodes)
    {
        var kind = Enum.Parse<TopologyKind>(map.Text("topology", "regular", "regular", "dials", "line", "star", "edges"), ignoreCase: true);
        var degree = map.Count("degree", kind == TopologyKind.Regular ? 8 : 20, 1, DegreeMost);
        if (kind is TopologyKind.Regular or TopologyKind.Dials && degree >= nodes) throw map.Bad("degree", $"is {degree}, there are {nodes} nodes");
        if (kind == TopologyKind.Regular && ((long)degree * nodes % 2 != 0 || degree > nodes / 2))
            throw map.Bad("degree", $"is {degree}: {nodes} nodes times it is even, and it is at most half of them");
        if (kind == TopologyKind.Edges && !map.Has("edges")) throw map.Bad("edges", "is missing: a file with lines dialler,dialled");
        return new Topology(kind, degree, map.File("edges") is { } file ? Edges(file, nodes) : []);
    }

    private static ImmutableArray<(int, int)> Edges(DataFile file, int nodes)
    {
        var edges = ImmutableArray.CreateBuilder<(int, int)>();
        var seen = new HashSet<(long, long)>();
        foreach (var (line, values) in Table.Read(file, "dialler", "dialled"))
        {
            var (a, b) = (values[0] / Second, values[1] / Second);
            if (values[0] % Second != 0 || values[1] % Second != 0 || a >= nodes || b >= nodes || a == b || !seen.Add((Math.Min(a, b), Math.Max(a, b))))
                throw file.Bad(line, $"a link joins two of the nodes 0 to {nodes - 1}, and no two links the same");
            edges.Add(((int)a, (int)b));
        }

        return edges.ToImmutable();
    }
}
