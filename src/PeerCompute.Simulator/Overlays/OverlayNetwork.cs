// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Network.Places;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Overlays;

/// <summary>
/// Streams between nodes: latency of the pair, jitter, lost packets that are sent again, and each node's bandwidth, first in first out. Connections stand as
/// long as both nodes do. Integers only.
/// </summary>
internal sealed class OverlayNetwork
{
    private const int TriesMost = 16;
    private const long BitsOfMicros = 8_000_000;

    private readonly LinkPlan _plan;
    private readonly ulong _salt;
    private readonly int[] _places;
    private readonly long[] _up;
    private readonly long[] _down;
    private readonly long[] _upFree;
    private readonly long[] _downFree;
    private readonly Choices[] _chance;
    private readonly Dictionary<long, long> _last = [];

    /// <summary>A network before the first word.</summary>
    /// <param name="plan">What the scenario says of links.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="nodes">How many nodes.</param>
    /// <param name="salt">What times of pairs are drawn from; a salt of its own where null.</param>
    public OverlayNetwork(LinkPlan plan, ulong seed, int nodes, ulong? salt = null)
    {
        _plan = plan;
        _salt = salt ?? Draw.Word(seed, "overlay latency");
        _places = new int[nodes];
        (_up, _down, _upFree, _downFree) = (new long[nodes], new long[nodes], new long[nodes], new long[nodes]);
        var limited = plan.Bandwidth is not null || plan.Latency is null;
        for (var i = 0; i < nodes; i++)
        {
            var standing = Standing.Of(plan, Draw.Stream(seed, "standing", (ulong)i));
            (_places[i], _up[i], _down[i]) = (standing.Location, limited ? standing.UpBits : 0, limited ? standing.DownBits : 0);
        }

        _chance = plan.JitterMicros > 0 || plan.LossPpm > 0 ? new Choices[nodes] : [];
        for (var i = 0; i < _chance.Length; i++) _chance[i] = Draw.Stream(seed, "overlay link", (ulong)i);
    }

    /// <summary>One way between two nodes, microseconds; the same both ways where it is drawn.</summary>
    public long Latency(int a, int b)
    {
        if (_plan.Latency is not { } spread) return _plan.Places.Micros(_places[a], _places[b]);
        return Draw.OfPair(_salt, a, b, spread.Least, spread.Most);
    }

    /// <summary>When the last bit of something sent now comes to the other node.</summary>
    public long Arrival(int from, int to, int bytes, long now)
    {
        var leaves = now;
        if (_up[from] > 0) leaves = _upFree[from] = Math.Max(now, _upFree[from]) + (bytes * BitsOfMicros / _up[from]);
        var latency = Latency(from, to);
        if (_chance.Length == 0) return leaves + latency;
        var at = leaves + latency + _chance[from].Between(0, _plan.JitterMicros);
        // A lost packet comes a round trip later, and what was sent after it waits: a stream keeps its order.
        for (var tries = 0; tries < TriesMost && _chance[from].Happens(_plan.LossPpm); tries++) at += 2 * latency;
        var pair = ((long)from << 32) | (uint)to;
        return _last[pair] = Math.Max(at, _last.GetValueOrDefault(pair));
    }

    /// <summary>
    /// When the receiver has read what could come to it now. Bits are read as they come, so a link that is free costs nothing more, and one that is busy
    /// puts them after those before.
    /// </summary>
    public long Received(int to, int bytes, long now)
    {
        if (_down[to] == 0) return now;
        var takes = bytes * BitsOfMicros / _down[to];
        return _downFree[to] = Math.Max(now, _downFree[to] + takes);
    }
}
