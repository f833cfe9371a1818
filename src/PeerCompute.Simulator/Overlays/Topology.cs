// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Chance;

namespace PeerCompute.Simulator.Overlays;

/// <summary>Who is connected with whom.</summary>
internal enum TopologyKind
{
    /// <summary>A random graph in which every node has the same number of links.</summary>
    Regular,

    /// <summary>Each node dials so many others, drawn at random.</summary>
    Dials,

    /// <summary>Each node is linked with the next.</summary>
    Line,

    /// <summary>The first node is linked with all others.</summary>
    Star,

    /// <summary>As a file has it.</summary>
    Edges,
}

/// <summary>A topology and its parameter.</summary>
internal sealed record Topology(TopologyKind Kind, int Degree, ImmutableArray<(int Dialler, int Dialled)> Given)
{
    private const int ShufflesMost = 100;
    private const int RepairsLeast = 1_000;
    private const int RepairsPerLink = 100;

    /// <summary>Draws the links; none twice, none to the node itself.</summary>
    public (int Dialler, int Dialled)[] Draw(int nodes, Choices chance) => Kind switch
    {
        TopologyKind.Regular => Regular(nodes, Degree, chance),
        TopologyKind.Dials => Dials(nodes, Degree, chance),
        TopologyKind.Line => [.. Enumerable.Range(0, nodes - 1).Select(static i => (i, i + 1))],
        TopologyKind.Star => [.. Enumerable.Range(1, nodes - 1).Select(static i => (i, 0))],
        _ => [.. Given],
    };

    /// <summary>
    /// The pairing model (Bollobás, 1980): ends are shuffled and paired; loops and double links then swap an end with another link's, drawn at random.
    /// Where no swap helps any more, as happens with a handful of nodes, ends are shuffled again.
    /// </summary>
    private static (int, int)[] Regular(int nodes, int degree, Choices chance)
    {
        var ends = new int[nodes * degree];
        for (var i = 0; i < ends.Length; i++) ends[i] = i / degree;
        for (var shuffles = 0; shuffles < ShufflesMost; shuffles++)
        {
            chance.Shuffle<int>(ends);
            var edges = new (int A, int B)[ends.Length / 2];
            for (var i = 0; i < edges.Length; i++) edges[i] = (ends[2 * i], ends[(2 * i) + 1]);
            if (Repaired(edges, chance)) return edges;
        }

        throw new InvalidOperationException($"no regular graph of {nodes} nodes with degree {degree} was found");
    }

    /// <summary>Swaps ends until no link is a loop or there twice; false where that did not come to an end.</summary>
    private static bool Repaired((int A, int B)[] edges, Choices chance)
    {
        var seen = new Dictionary<long, int>();
        foreach (var (a, b) in edges) seen[Key(a, b)] = seen.GetValueOrDefault(Key(a, b)) + 1;
        var most = RepairsLeast + ((long)RepairsPerLink * edges.Length);
        for (var repairs = 0L; repairs < most; repairs++)
        {
            var bad = Array.FindIndex(edges, e => e.A == e.B || seen[Key(e.A, e.B)] > 1);
            if (bad < 0) return true;
            var other = chance.Below(edges.Length);
            var (one, two) = ((edges[bad].A, edges[other].B), (edges[other].A, edges[bad].B));
            if (one.Item1 == one.Item2 || two.Item1 == two.Item2 || seen.GetValueOrDefault(Key(one.Item1, one.Item2)) > 0
                || seen.GetValueOrDefault(Key(two.Item1, two.Item2)) > 0 || Key(one.Item1, one.Item2) == Key(two.Item1, two.Item2)) continue;
            seen[Key(edges[bad].A, edges[bad].B)]--;
            seen[Key(edges[other].A, edges[other].B)]--;
            (edges[bad], edges[other]) = (one, two);
            seen[Key(one.Item1, one.Item2)] = 1;
            seen[Key(two.Item1, two.Item2)] = 1;
        }

        return false;
    }

    private static (int, int)[] Dials(int nodes, int dials, Choices chance)
    {
        var seen = new HashSet<long>();
        List<(int, int)> edges = [];
        for (var node = 0; node < nodes; node++)
        {
            // Whoever is linked already is drawn again: a node with too few strangers left would draw for ever.
            for (int made = 0, draws = 0; made < dials && draws < 100 * dials; draws++)
            {
                var other = chance.Below(nodes);
                if (other == node || !seen.Add(Key(node, other))) continue;
                edges.Add((node, other));
                made++;
            }
        }

        return [.. edges];
    }

    private static long Key(int a, int b) => ((long)Math.Min(a, b) << 32) | (uint)Math.Max(a, b);
}
