// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Simulator.Scenarios;
using PeerCompute.Wire.Messages;

namespace PeerCompute.Simulator.Network;

/// <summary>
/// Connections between nodes: delay, jitter, loss, duplicates, resets and partitions. Integers only. A connection is two ends, each a part of its node: what
/// one side does reaches the other as an event, one latency later at the earliest, so nodes can be worked on side by side.
/// </summary>
internal sealed class SimNetwork(Simulation world, LinkPlan plan)
{
    private readonly long[] _upFree = new long[world.Scenario.NodeCount];
    private readonly long[] _downFree = new long[world.Scenario.NodeCount];
    private bool[]? _island;

    /// <summary>Once the calm has come, nothing is lost or cut any more.</summary>
    public bool Calm { get; set; }

    /// <summary>Connections that are up at the side that dialled.</summary>
    public int OpenLinks
    {
        get
        {
            var open = 0;
            foreach (var node in world.Nodes)
            {
                foreach (var end in node.Ends.Values) open += end is { Dialler: true, Open: true, Up: true } ? 1 : 0;
            }

            return open;
        }
    }

    /// <summary>A node's end of its connection with another one, or null.</summary>
    public static LinkEnd? End(SimNode node, int peer) => node.Ends.TryGetValue(peer, out var end) && end.Open ? end : null;

    /// <summary>The end of one connection and no other, up at its node; null where it is gone.</summary>
    public static LinkEnd? EndOf(SimNode node, int peer, long epoch) => End(node, peer) is { Up: true } end && end.Epoch == epoch ? end : null;

    /// <summary>Does what a machine wants: a connection, or word that there is none.</summary>
    public void Dial(SimNode node, int to)
    {
        var end = End(node, to);
        if (end is { Up: true }) world.Schedule(node.Index, SimEventKind.LinkUp, node.Micros, node.Index, end.Epoch, end);
        end ??= Open(node, to);
        if (end is not null) end.Wanted = true;
        else world.Schedule(node.Index, SimEventKind.Unreachable, node.Micros + plan.TimeoutMicros, node.Index, to, null);
    }

    /// <summary>Begins a connection where there is none.</summary>
    /// <returns>The end, which comes up or fails; null where nothing that is sent arrives.</returns>
    public LinkEnd? Open(SimNode node, int to)
    {
        if (to == node.Index || Cut(node.Index, to)) return null;
        var latency = Latency(node.Index, to);
        var end = new LinkEnd(node.Index, node.Life, to, node.NextEpoch(), dialler: true, latency);
        node.Ends[to] = end;
        node.Lane.Counters.Dials++;
        world.Schedule(node.Index, SimEventKind.Dialled, node.Micros + latency, to, end.Epoch, end);
        return end;
    }

    /// <summary>A dial arrives. Of two that dial each other at once, the dial of the one with the lower index stands.</summary>
    public void Dialled(SimNode node, LinkEnd theirs)
    {
        var (now, latency) = (node.Micros, theirs.LatencyMicros);
        var cut = Cut(node.Index, theirs.Owner);
        if (cut || !node.Up || node.Class.Light)
        {
            var known = cut ? Math.Max(now, now - (2 * latency) + plan.TimeoutMicros) : now;
            world.Schedule(node.Index, SimEventKind.Unreachable, known + latency, theirs.Owner, theirs.Epoch, theirs);
            return;
        }

        var mine = End(node, theirs.Owner);
        var crossing = mine is { Dialler: true, Up: false };
        if (crossing && node.Index < theirs.Owner && !world.Nodes[theirs.Owner].Class.Light) return;
        var end = new LinkEnd(node.Index, node.Life, theirs.Owner, theirs.Epoch, dialler: false, latency);
        if (crossing)
        {
            (end.Wanted, end.Waiting) = (mine!.Wanted, mine.Waiting);
            (mine.Wanted, mine.Waiting) = (false, null);
        }
        else if (mine is not null)
        {
            mine.Open = false;
            world.Schedule(node.Index, SimEventKind.LinkDown, now, node.Index, mine.Epoch, mine);
        }

        node.Ends[theirs.Owner] = end;
        world.Schedule(node.Index, SimEventKind.LinkUp, now + (2 * latency), node.Index, end.Epoch, end);
        world.Schedule(node.Index, SimEventKind.LinkUp, now + (3 * latency), theirs.Owner, end.Epoch, theirs);
        if (plan.ResetMicros > 0)
            world.Schedule(node.Index, SimEventKind.Reset, now + node.Luck.Around(plan.ResetMicros), node.Index, end.Epoch, end);
    }

    /// <summary>Ends a connection on purpose.</summary>
    public void Close(LinkEnd end)
    {
        if (end.Open) Break(end);
    }

    /// <summary>A connection breaks by itself.</summary>
    public void Reset(LinkEnd end)
    {
        if (end.Open && !Calm) Break(end);
    }

    /// <summary>Tells the other side that a connection is no more.</summary>
    public void Hangup(LinkEnd end)
        => world.Schedule(end.Owner, SimEventKind.LinkDown, world.Nodes[end.Owner].Micros + end.LatencyMicros, end.Peer, end.Epoch, null);

    /// <summary>When something sent now over a connection arrives; never where it is lost.</summary>
    public long Arrival(SimNode node, LinkEnd end, bool losable)
    {
        if (losable && !Calm && node.Luck.Happens(plan.LossPpm)) return long.MaxValue;
        return node.Micros + end.LatencyMicros + (plan.JitterMicros == 0 ? 0 : node.Luck.Between(0, plan.JitterMicros));
    }

    /// <summary>Sends; false when there is no connection.</summary>
    public bool Send(SimNode node, int to, PeerMessage message)
    {
        if (End(node, to) is not { Up: true } end) return false;
        if (!Calm && node.Luck.Happens(plan.LossPpm)) return true;
        var copies = !Calm && node.Luck.Happens(plan.DuplicatePpm) ? 2 : 1;
        for (var i = 0; i < copies; i++) world.Schedule(node.Index, SimEventKind.Message, Arrival(node, end, losable: false), to, end.Epoch, message);
        return true;
    }

    /// <summary>When some bytes have come over, first in first out at both ends.</summary>
    public long Transfer(int from, int to, ulong bytes)
    {
        var bits = (long)bytes * 8_000_000;
        var begin = Math.Max(world.Nodes[to].Micros + Latency(from, to), _upFree[from]);
        _upFree[from] = begin + (bits / world.Nodes[from].Standing.UpBits);
        var arrive = Math.Max(_upFree[from] + Latency(from, to), _downFree[to]);
        _downFree[to] = arrive + (bits / world.Nodes[to].Standing.DownBits);
        return _downFree[to];
    }

    /// <summary>A node died: its connections are reset.</summary>
    public void Died(SimNode node)
    {
        foreach (var end in node.Ends.Values)
        {
            if (end.Open) Hangup(end);
            (end.Open, end.Up) = (false, false);
        }

        node.Ends.Clear();
    }

    /// <summary>Splits the network; a second split replaces the first.</summary>
    public void Split(bool[] island)
    {
        _island = island;
        var noticed = world.Clock.Micros + plan.TimeoutMicros;
        foreach (var node in world.Nodes)
        {
            foreach (var end in node.Ends.Values)
            {
                if (!end.Open || !Cut(end.Owner, end.Peer)) continue;
                end.Open = false;
                world.Schedule(Simulation.World, SimEventKind.LinkDown, noticed, end.Owner, end.Epoch, end);
            }
        }
    }

    public void Heal() => _island = null;

    /// <summary>Whether the network is split between two nodes.</summary>
    public bool Cut(int a, int b) => _island is { } island && island[a] != island[b];

    private void Break(LinkEnd end)
    {
        end.Open = false;
        world.Schedule(end.Owner, SimEventKind.LinkDown, world.Nodes[end.Owner].Micros + end.LatencyMicros, end.Owner, end.Epoch, end);
        Hangup(end);
    }

    /// <summary>How long a message takes, one way, microseconds.</summary>
    public long Latency(int from, int to)
        => plan.Latency is { } spread
            ? Draw.OfPair(world.Seed, from, to, spread.Least, spread.Most)
            : plan.Places.Micros(world.Nodes[from].Standing.Location, world.Nodes[to].Standing.Location);
}
