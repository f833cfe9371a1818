// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Errors;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Lanes;

/// <summary>Which node belongs to which lane, and how far lanes may run ahead of each other.</summary>
internal static class LanePlan
{
    /// <summary>Most lanes of a run.</summary>
    public const int Most = 16;

    private const int PlacesMost = 5000;

    /// <summary>Assigns nodes: those that stand close together belong together, so that lanes are far apart.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="nodes">All nodes.</param>
    /// <param name="lanes">The lanes.</param>
    /// <returns>The lookahead: no message takes less from one lane to another, microseconds.</returns>
    /// <exception cref="PeerComputeException">The scenario cannot be divided.</exception>
    public static long Assign(Scenario scenario, SimNode[] nodes, Lane[] lanes)
    {
        if (lanes.Length == 1)
        {
            foreach (var node in nodes) node.Lane = lanes[0];
            return long.MaxValue;
        }

        if (scenario.Jobs.Count > 0)
            throw new PeerComputeException(ErrorCode.BadInput, "A scenario with jobs runs in one lane: a transfer of blobs takes from both its links at once.");
        if (scenario.Links.Latency is { } spread)
        {
            foreach (var node in nodes) node.Lane = lanes[node.Index % lanes.Length];
            return spread.Least;
        }

        var places = scenario.Links.Places;
        if (places.Count > PlacesMost)
            throw new PeerComputeException(
                ErrorCode.BadInput, $"A map of {places.Count} places runs in one lane; up to {PlacesMost} can be divided.");
        var laneOf = Divide(nodes, places.Count, lanes.Length);
        foreach (var node in nodes) node.Lane = lanes[laneOf[node.Standing.Location]];
        var least = long.MaxValue;
        for (var a = 0; a < laneOf.Length; a++)
        {
            for (var b = 0; b < laneOf.Length; b++)
            {
                if (laneOf[a] >= 0 && laneOf[b] >= 0 && laneOf[a] != laneOf[b]) least = Math.Min(least, places.Micros(a, b));
            }
        }

        return least;
    }

    /// <summary>The fullest places first, each to the lane with the fewest nodes; -1 for places without nodes.</summary>
    private static int[] Divide(SimNode[] nodes, int places, int lanes)
    {
        var crowd = new int[places];
        foreach (var node in nodes) crowd[node.Standing.Location]++;
        var laneOf = new int[places];
        var load = new int[lanes];
        foreach (var place in Enumerable.Range(0, places).OrderByDescending(place => crowd[place]))
        {
            laneOf[place] = crowd[place] == 0 ? -1 : Array.IndexOf(load, load.Min());
            if (laneOf[place] >= 0) load[laneOf[place]] += crowd[place];
        }

        return laneOf;
    }
}
