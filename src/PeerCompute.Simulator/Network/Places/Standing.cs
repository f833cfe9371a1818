// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Network.Places;

/// <summary>Where a node stands in the network.</summary>
/// <param name="Location">Its place on the map; 0 where times are drawn for each pair.</param>
/// <param name="UpBits">Bits per second that it sends.</param>
/// <param name="DownBits">Bits per second that it receives.</param>
internal readonly record struct Standing(int Location, long UpBits, long DownBits)
{
    private static readonly Spread Usual = new(20_000_000, 200_000_000);

    /// <summary>Draws one: the scenario's word goes before the map's.</summary>
    /// <param name="links">What the scenario says of links.</param>
    /// <param name="chance">The node's own chance.</param>
    public static Standing Of(LinkPlan links, Choices chance)
    {
        var location = links.Latency is null ? links.Places.Draw(chance) : 0;
        if (links.Bandwidth is null && links.Latency is null && links.Places.Bits(location, chance) is var (up, down)) return new Standing(location, up, down);
        var spread = links.Bandwidth ?? Usual;
        var bits = chance.Between(spread.Least, spread.Most);
        return new Standing(location, bits, bits);
    }
}
