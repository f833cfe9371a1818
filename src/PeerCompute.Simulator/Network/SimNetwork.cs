// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Faults;
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
    private readonly List<Split> _splits = [];

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
        var arrives = Delayed(node, to, node.Micros + latency, latency);
        var end = new LinkEnd(node.Index, node.Life, to, node.NextEpoch(), dialler: true, latency);
        node.Ends[to] = end;
        node.Lane.Counters.Dials++;
        world.Schedule(node.Index, SimEventKind.Dialled, arrives, to, end.Epoch, end);
        return end;
    }

    /// <summary>A dial arrives. Of two that dial each other at once, the dial of the one with the lower index stands.</summary>
    public void Dialled(SimNode node, LinkEnd theirs)
    {
        var (now, latency) = (node.Micros, theirs.LatencyMicros);
        var cut = Cut(node.Index, theirs.Owner);
        if (cut || !node.Up || !node.Class.Dialable)
        {
            var known = cut ? Math.Max(now, now - (2 * latency) + plan.TimeoutMicros) : now;
            world.Schedule(node.Index, SimEventKind.Unreachable, known + latency, theirs.Owner, theirs.Epoch, theirs);
            return;
        }

        var mine = End(node, theirs.Owner);
        var crossing = mine is { Dialler: true, Up: false };
        if (crossing && node.Index < theirs.Owner && world.Nodes[theirs.Owner].Class.Dialable) return;
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

        // SYN there and back; proposals and Noise's first message there, its second back: the dialler has it. The third proves the dialler to who was dialled.
        world.Schedule(node.Index, SimEventKind.LinkUp, now + (3 * latency), theirs.Owner, end.Epoch, theirs);
        world.Schedule(node.Index, SimEventKind.LinkUp, now + (4 * latency), node.Index, end.Epoch, end);
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

    /// <summary>When something sent now over a connection arrives, not before what was sent earlier; never where it is lost.</summary>
    public long Arrival(SimNode node, LinkEnd end, bool losable)
    {
        if ((losable && Lost(node, end.Peer)) || Blocked(node.Index, end.Peer)) return long.MaxValue;
        var at = node.Micros + end.LatencyMicros + (plan.JitterMicros == 0 ? 0 : node.Luck.Between(0, plan.JitterMicros));
        return end.Until = Math.Max(end.Until, Delayed(node, end.Peer, at, end.LatencyMicros));
    }

    /// <summary>Sends; false when there is no connection.</summary>
    public bool Send(SimNode node, int to, PeerMessage message)
    {
        if (End(node, to) is not { Up: true } end) return false;
        if (Lost(node, to) || Blocked(node.Index, to)) return true;
        var copies = !Calm && (node.Luck.Happens(plan.DuplicatePpm) || Afflicted(node, to, static t => t.DuplicatePpm)) ? 2 : 1;
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

    /// <summary>All connections of a node break.</summary>
    public void ResetAll(SimNode node)
    {
        foreach (var end in node.Ends.Values)
        {
            if (end.Open) Break(end);
        }
    }

    /// <summary>Splits the network; of several splits each holds. Connections across die unless it is healed before they are found to be dead.</summary>
    public void Begin(Split split)
    {
        _splits.Add(split);
        var noticed = world.Clock.Micros + plan.TimeoutMicros;
        foreach (var node in world.Nodes)
        {
            foreach (var end in node.Ends.Values)
            {
                if (!end.Open || !split.Cuts(end.Owner, end.Peer)) continue;
                if (!split.OneWay) end.Open = false;
                world.Schedule(Simulation.World, SimEventKind.LinkDown, noticed, end.Owner, end.Epoch, end);
            }
        }
    }

    /// <summary>Ends a split.</summary>
    public void Heal(Split split) => _splits.Remove(split);

    /// <summary>Ends all splits.</summary>
    public void Heal() => _splits.Clear();

    /// <summary>Whether the network is split between two nodes, be it in one direction.</summary>
    public bool Cut(int a, int b)
    {
        foreach (var split in _splits)
        {
            if (split.Cuts(a, b)) return true;
        }

        return false;
    }

    private bool Blocked(int from, int to)
    {
        foreach (var split in _splits)
        {
            if (split.Blocks(from, to)) return true;
        }

        return false;
    }

    private bool Lost(SimNode node, int to) => !Calm && (node.Luck.Happens(plan.LossPpm) || Afflicted(node, to, static t => t.LossPpm));

    /// <summary>Whether a fault at either end strikes.</summary>
    private bool Afflicted(SimNode node, int to, Func<Trouble, int> ppm)
        => (node.Trouble is { } own && node.Luck.Happens(ppm(own))) || (world.Nodes[to].Trouble is { } others && node.Luck.Happens(ppm(others)));

    /// <summary>When something arrives that would at a moment, were there no faults.</summary>
    private long Delayed(SimNode node, int to, long at, long latency)
        => Delayed(node, world.Nodes[to].Trouble, Delayed(node, node.Trouble, at, latency), latency);

    private static long Delayed(SimNode node, Trouble? trouble, long at, long latency)
    {
        if (trouble is null) return at;
        if (trouble.JitterMicros > 0) at += node.Luck.Between(0, trouble.JitterMicros);
        return Math.Max(at + ((trouble.Slower - 1) * latency), trouble.ClogUntil);
    }

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
