// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;

namespace PeerCompute.Simulator.Network.Places;

/// <summary>
/// Eight regions of the world, weighted by the nodes of a public network, and the one-way times between them: the model by which gossipsub implementations are
/// compared (libp2p/test-plans, gossipsub-interop, network_graph.py). A fifth of the nodes has 1024 Mbit/s, the others 50, each way.
/// </summary>
internal sealed class RegionMap : PlaceMap
{
    private const int FastPercent = 20;
    private const long FastBits = 1_024_000_000, SlowBits = 50_000_000;

    /// <summary>The regions, in the order of the tables.</summary>
    public static readonly string[] Names =
        ["australia", "europe", "east_asia", "west_asia", "na_east", "na_west", "south_africa", "south_america"];

    private static readonly int[] Weights = [290, 5599, 1059, 161, 2894, 1240, 47, 36];

    /// <summary>Milliseconds, one way. The way from South America to South Africa takes five more than back, as in the source.</summary>
    private static readonly int[,] Millis =
    {
        { 2, 165, 110, 180, 150, 110, 220, 190 },
        { 165, 2, 125, 60, 70, 110, 95, 140 },
        { 110, 125, 4, 110, 140, 100, 175, 175 },
        { 180, 60, 110, 5, 110, 150, 110, 145 },
        { 150, 70, 140, 110, 2, 60, 130, 100 },
        { 110, 110, 100, 150, 60, 2, 160, 100 },
        { 220, 95, 175, 110, 130, 160, 7, 190 },
        { 190, 140, 175, 145, 100, 100, 195, 7 },
    };

    /// <inheritdoc/>
    public override int Count => Weights.Length;

    /// <inheritdoc/>
    public override int Draw(Choices chance)
    {
        var all = 0;
        foreach (var weight in Weights) all += weight;
        var left = (int)(chance.Next() % (ulong)all);
        var region = 0;
        while (left >= Weights[region]) left -= Weights[region++];
        return region;
    }

    /// <inheritdoc/>
    public override long Micros(int from, int to) => Millis[from, to] * 1000L;

    /// <inheritdoc/>
    public override (long Up, long Down)? Bits(int place, Choices chance)
        => chance.Next() % 100 < FastPercent ? (FastBits, FastBits) : (SlowBits, SlowBits);
}
