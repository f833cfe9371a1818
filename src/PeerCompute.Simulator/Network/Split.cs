// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Simulator.Network;

/// <summary>The network is split between an island and the rest.</summary>
/// <param name="island">By node: whether it is on the island.</param>
/// <param name="oneWay">Whether only what leaves the island is lost.</param>
internal sealed class Split(bool[] island, bool oneWay = false)
{
    /// <summary>Whether only one way is blocked.</summary>
    public bool OneWay => oneWay;

    /// <summary>Whether nothing that one node sends reaches another.</summary>
    public bool Blocks(int from, int to) => island[from] != island[to] && (!oneWay || island[from]);

    /// <summary>Whether no connection between two nodes can be made, or lasts.</summary>
    public bool Cuts(int a, int b) => island[a] != island[b];
}
