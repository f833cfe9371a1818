// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Network.Places;

/// <summary>
/// A network graph of Shadow in GML (shadow.github.io, network graph overview): nodes with <c>host_bandwidth_up</c> and <c>host_bandwidth_down</c>, edges with
/// <c>latency</c>. As there, a message takes the shortest way where two nodes have no edge.
/// </summary>
internal sealed class GraphMap : PlaceMap
{
    private const int NodesMost = 2000;

    private readonly long[] _micros;
    private readonly (long Up, long Down)?[] _bits;

    private GraphMap(long[] micros, (long Up, long Down)?[] bits) => (_micros, _bits) = (micros, bits);

    /// <inheritdoc/>
    public override int Count => _bits.Length;

    /// <inheritdoc/>
    public override long Micros(int from, int to) => _micros[(from * Count) + to];

    /// <inheritdoc/>
    public override (long Up, long Down)? Bits(int place, Choices chance) => _bits[place];

    /// <summary>Reads a file.</summary>
    /// <exception cref="Base.Errors.PeerComputeException">It is no such graph; names the line.</exception>
    public static GraphMap Read(DataFile file)
    {
        var graph = Gml.Read(file).Block("graph") ?? throw file.Bad(1, "has no graph [ ... ]");
        var directed = graph.Text("directed") == "1";
        SortedDictionary<long, int> numbers = [];
        List<(long, long)?> bits = [];
        foreach (var node in graph.Blocks("node"))
        {
            if (!numbers.TryAdd(node.Whole("id"), numbers.Count)) throw file.Bad(node.Line, "two nodes have one id");
            if (numbers.Count > NodesMost) throw file.Bad(node.Line, $"more than {NodesMost} nodes");
            bits.Add(node.Text("host_bandwidth_up") is null ? null : (node.Rate("host_bandwidth_up"), node.Rate("host_bandwidth_down")));
        }

        var count = numbers.Count;
        var edges = new SortedDictionary<int, long>[count];
        for (var i = 0; i < count; i++) edges[i] = [];
        foreach (var edge in graph.Blocks("edge"))
        {
            if (!numbers.TryGetValue(edge.Whole("source"), out var from) || !numbers.TryGetValue(edge.Whole("target"), out var to))
                throw file.Bad(edge.Line, "leads to a node that is not there");
            var micros = Math.Max(1, edge.Time("latency"));
            edges[from][to] = micros;
            if (!directed) edges[to][from] = micros;
        }

        var all = new long[count * count];
        for (var i = 0; i < count; i++) Shortest(i, edges, all.AsSpan(i * count, count), file);
        return count > 0 ? new GraphMap(all, [.. bits]) : throw file.Bad(1, "has no node");
    }

    /// <summary>Dijkstra's algorithm. A node reaches itself by its own edge, where it has one.</summary>
    private static void Shortest(int from, SortedDictionary<int, long>[] edges, Span<long> times, DataFile file)
    {
        times.Fill(long.MaxValue);
        var queue = new PriorityQueue<int, (long, int)>();
        queue.Enqueue(from, (0, from));
        times[from] = 0;
        while (queue.TryDequeue(out var at, out var reached))
        {
            if (reached.Item1 > times[at]) continue;
            foreach (var (next, micros) in edges[at])
            {
                var time = reached.Item1 + micros;
                if (next == from || time >= times[next]) continue;
                times[next] = time;
                queue.Enqueue(next, (time, next));
            }
        }

        times[from] = edges[from].GetValueOrDefault(from, 1);
        if (times.Contains(long.MaxValue)) throw file.Bad(1, "has nodes that no way leads to");
    }
}
