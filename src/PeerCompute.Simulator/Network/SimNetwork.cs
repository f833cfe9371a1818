// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Scenarios;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Simulator.Network;

/// <summary>Connections between nodes: delay, jitter, loss, duplicates, resets and partitions. Integers only.</summary>
internal sealed class SimNetwork(Simulation world, LinkPlan plan)
{
    private readonly SortedDictionary<long, Link> _links = [];
    private readonly long[] _upFree = new long[world.Scenario.NodeCount];
    private readonly long[] _downFree = new long[world.Scenario.NodeCount];
    private bool[]? _island;
    private long _epochs;

    /// <summary>Once the calm has come, nothing is lost or cut any more.</summary>
    public bool Calm { get; set; }

    public int OpenLinks => _links.Count;

    /// <summary>The open connection of two nodes, or null.</summary>
    public Link? Between(int a, int b) => _links.GetValueOrDefault(Pair(a, b));

    public void Dial(int from, int to)
    {
        var now = world.Clock.Micros;
        if (Between(from, to) is { } held)
        {
            held.SetDialedBy(from);
            if (held.IsUpAt(from)) world.Schedule(from, SimEventKind.LinkUp, now, from, held.Epoch, held);
            return;
        }

        if (Open(from, to, out var failsAt) is { } link) link.SetDialedBy(from);
        else world.Schedule(from, SimEventKind.Unreachable, failsAt, from, to, null);
    }

    /// <summary>Makes a connection where there is none.</summary>
    /// <param name="from">Who dials.</param>
    /// <param name="to">Whom.</param>
    /// <param name="failsAt">When the dialler knows that it fails.</param>
    /// <returns>The connection, which comes up at both sides; null where it fails.</returns>
    public Link? Open(int from, int to, out long failsAt)
    {
        var now = world.Clock.Micros;
        var latency = Latency(from, to);
        var refused = !world.Nodes[to].Up || world.Nodes[to].Class.Light || from == to;
        failsAt = now + (refused ? 2 * latency : plan.TimeoutMicros);
        if (refused || Cut(from, to)) return null;
        var epoch = ++_epochs;
        var link = new Link(from, to, epoch, latency, Draw.Stream(world.Seed, "link", (ulong)epoch));
        _links.Add(Pair(from, to), link);
        world.Counters.Dials++;
        world.Schedule(from, SimEventKind.LinkUp, now + (3 * latency), to, epoch, link);
        world.Schedule(from, SimEventKind.LinkUp, now + (4 * latency), from, epoch, link);
        if (plan.ResetMicros > 0) world.Script(now + link.Chance.Around(plan.ResetMicros), () => Reset(link));
        return link;
    }

    /// <summary>Ends a connection on purpose.</summary>
    public void Close(Link link)
    {
        if (link.Open) Break(link, link.LatencyMicros);
    }

    /// <summary>When something sent now over a connection arrives; never where it is lost.</summary>
    public long Arrival(Link link, bool losable)
    {
        if (losable && !Calm && link.Chance.Happens(plan.LossPpm)) return long.MaxValue;
        return world.Clock.Micros + link.LatencyMicros + link.Chance.Between(0, plan.JitterMicros);
    }

    /// <summary>Sends; false when there is no connection.</summary>
    public bool Send(int from, int to, PeerMessage message)
    {
        if (Between(from, to) is not { } link || !link.IsUpAt(from)) return false;
        if (!Calm && link.Chance.Happens(plan.LossPpm)) return true;
        var copies = !Calm && link.Chance.Happens(plan.DuplicatePpm) ? 2 : 1;
        var parcel = new Parcel(link, from, message);
        for (var i = 0; i < copies; i++)
        {
            var at = world.Clock.Micros + link.LatencyMicros + link.Chance.Between(0, plan.JitterMicros);
            world.Schedule(from, SimEventKind.Message, at, to, link.Epoch, parcel);
        }

        return true;
    }

    /// <summary>When some bytes have come over, first in first out at both ends.</summary>
    public long Transfer(int from, int to, ulong bytes)
    {
        var bits = (long)bytes * 8_000_000;
        var begin = Math.Max(world.Clock.Micros + Latency(from, to), _upFree[from]);
        _upFree[from] = begin + (bits / world.Nodes[from].Standing.UpBits);
        var arrive = Math.Max(_upFree[from] + Latency(from, to), _downFree[to]);
        _downFree[to] = arrive + (bits / world.Nodes[to].Standing.DownBits);
        return _downFree[to];
    }

    /// <summary>A node died: its connections are reset.</summary>
    public void Died(int node)
    {
        List<Link> dead = [];
        foreach (var link in _links.Values)
        {
            if (link.Low == node || link.High == node) dead.Add(link);
        }

        foreach (var link in dead)
        {
            link.SetUpAt(node, false);
            Break(link, link.LatencyMicros);
        }
    }

    /// <summary>Splits the network; a second split replaces the first.</summary>
    public void Split(bool[] island)
    {
        _island = island;
        List<Link> cut = [];
        foreach (var link in _links.Values)
        {
            if (Cut(link.Low, link.High)) cut.Add(link);
        }

        foreach (var link in cut) Break(link, plan.TimeoutMicros);
    }

    public void Heal() => _island = null;

    private void Reset(Link link)
    {
        if (link.Open && !Calm) Break(link, link.LatencyMicros);
    }

    private void Break(Link link, long noticed)
    {
        link.Open = false;
        _links.Remove(Pair(link.Low, link.High));
        var at = world.Clock.Micros + noticed;
        world.Schedule(Simulation.World, SimEventKind.LinkDown, at, link.Low, link.Epoch, link);
        world.Schedule(Simulation.World, SimEventKind.LinkDown, at, link.High, link.Epoch, link);
    }

    /// <summary>Whether the network is split between two nodes.</summary>
    public bool Cut(int a, int b) => _island is { } island && island[a] != island[b];

    private long Latency(int from, int to)
        => plan.Latency is { } spread
            ? Draw.Stream(world.Seed, "latency", (ulong)Math.Min(from, to), (ulong)Math.Max(from, to)).Between(spread.Least, spread.Most)
            : plan.Places.Micros(world.Nodes[from].Standing.Location, world.Nodes[to].Standing.Location);

    private static long Pair(int a, int b) => ((long)Math.Min(a, b) << 32) | (uint)Math.Max(a, b);
}
