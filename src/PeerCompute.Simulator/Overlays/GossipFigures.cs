// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Chance;

namespace PeerCompute.Simulator.Overlays;

/// <summary>What came of an overlay of routers.</summary>
internal static class GossipFigures
{
    private const int SourcesMost = 200;

    public static IReadOnlyList<Figure> Of(GossipStudy world, GossipPlan plan, int links, int honest)
    {
        var times = world.Times;
        times.Sort();
        var counts = world.Counts;
        var expected = (double)plan.Messages.Count * (honest - 1);
        var (hops, furthest, degree, apart) = Hops(world);
        List<Figure> figures =
        [
            new("links_per_node", 2.0 * links / world.Count),
            new("published", plan.Messages.Count),
            new("delivered_share", expected == 0 ? 0 : times.Count / expected),
            new("reachable_share", world.Reachable()),
            new("latency_p50_ms", TimeRanks.Of(times, 500) / 1000.0),
            new("latency_p95_ms", TimeRanks.Of(times, 950) / 1000.0),
            new("latency_p99_ms", TimeRanks.Of(times, 990) / 1000.0),
            new("latency_max_ms", TimeRanks.Of(times, 1000) / 1000.0),
            new("duplicates_per_delivery", counts.Delivered == 0 ? 0 : (double)(counts.Publish - counts.Delivered) / counts.Delivered),
            new("publish", counts.Publish),
            new("ihave", counts.Have),
            new("iwant", counts.Want),
            new("idontwant", counts.DontWant),
            new("graft", counts.Graft),
            new("prune", counts.Prune),
            new("dropped", counts.Dropped),
            new("bytes_per_node", (double)world.Bytes / world.Count),
            new("mesh_degree", degree),
            new("mesh_hops", hops),
            new("mesh_hops_max", furthest),
            new("mesh_pairs_apart", apart),
        ];
        return figures;
    }

    /// <summary>Distances between nodes in the mesh as it stands, from at most 200 of them: mean, greatest, mean degree, pairs without a way.</summary>
    private static (double Mean, int Most, double Degree, long Apart) Hops(GossipStudy world)
    {
        var mesh = new int[world.Count][];
        long links = 0;
        for (var i = 0; i < mesh.Length; i++)
        {
            mesh[i] = [.. world.Mesh(i, GossipStudy.Topic).Where(peer => peer < world.Count)];
            links += mesh[i].Length;
        }

        var sources = Enumerable.Range(0, mesh.Length).ToArray();
        Draw.Stream(world.Seed, "hops").Shuffle<int>(sources);
        long sum = 0, reached = 0, apart = 0;
        var most = 0;
        var distance = new int[mesh.Length];
        var queue = new int[mesh.Length];
        foreach (var source in sources.AsSpan(0, Math.Min(SourcesMost, sources.Length)))
        {
            Array.Fill(distance, -1);
            var (head, tail) = (0, 1);
            (queue[0], distance[source]) = (source, 0);
            while (head < tail)
            {
                var node = queue[head++];
                sum += distance[node];
                most = Math.Max(most, distance[node]);
                foreach (var next in mesh[node])
                {
                    if (distance[next] >= 0) continue;
                    distance[next] = distance[node] + 1;
                    queue[tail++] = next;
                }
            }

            reached += tail - 1;
            apart += mesh.Length - tail;
        }

        return (reached == 0 ? 0 : (double)sum / reached, most, (double)links / mesh.Length, apart);
    }
}
