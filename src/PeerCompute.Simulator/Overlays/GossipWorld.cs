// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Overlays;

/// <summary>
/// Routers of the daemon over modelled streams. RPCs are passed as objects and their encoded length is counted; a message's signature is checked once.
/// A connection comes up 3 latencies after the dial at the listener and 4 at the dialler, as everywhere in the simulator.
/// </summary>
internal abstract class GossipWorld : OverlayWorld
{
    private readonly GossipRouter[] _routers;
    private readonly PeerIndex _index;
    private readonly long[] _wakes;
    private readonly List<GossipEffect> _effects = [];
    private readonly Dictionary<GossipMessage, bool> _signed = new(ReferenceEqualityComparer.Instance);

    /// <param name="scenario">The scenario; its links are looked at.</param>
    /// <param name="seed">Of everything.</param>
    /// <param name="ids">Of the routers, then of those that are no machines.</param>
    /// <param name="options">Of each router.</param>
    /// <param name="queue">The queue; null for the usual one.</param>
    protected GossipWorld(Scenario scenario, ulong seed, PeerId[] ids, GossipOptions[] options, IEventQueue? queue)
        : base(scenario, seed, ids.Length, queue)
    {
        Ids = ids;
        _index = new PeerIndex(ids);
        _routers = new GossipRouter[options.Length];
        _wakes = new long[options.Length];
        for (var i = 0; i < options.Length; i++) _routers[i] = new GossipRouter(ids[i], options[i], Draw.Stream(seed, "gossip", (ulong)i));
        Network = new OverlayNetwork(scenario.Links, seed, ids.Length);
    }

    /// <inheritdoc/>
    public override int Count => _routers.Length;

    /// <inheritdoc/>
    public override string[] Columns => GossipCounts.Names;

    public OverlayNetwork Network { get; }

    public GossipCounts Counts { get; } = new();

    public PeerId[] Ids { get; }

    /// <inheritdoc/>
    public override long[] Row() => Counts.Row();

    /// <summary>The nodes in a node's mesh.</summary>
    public IEnumerable<int> Mesh(int node, string topic) => _routers[node].Mesh(topic).Select(_index.Of);

    /// <summary>A connection is dialled now.</summary>
    protected void Dial(int from, int to)
    {
        var latency = Network.Latency(from, to);
        Schedule(from, SimEventKind.LinkUp, Now + (3 * latency), to, from);
        Schedule(from, SimEventKind.LinkUp, Now + (4 * latency), from, to);
    }

    /// <summary>Lets a node's router do something.</summary>
    protected void Act(int node, Action<GossipRouter, Instant, List<GossipEffect>> act)
    {
        act(_routers[node], new Instant(Now), _effects);
        CarryOut(node);
    }

    /// <summary>Sends an RPC, of a router or of who is none.</summary>
    protected void Send(int from, int to, GossipRpc rpc)
    {
        var bytes = RpcSize.Of(rpc);
        Counts.Add(rpc);
        Messages++;
        Bytes += bytes;
        Schedule(from, SimEventKind.Gossip, Network.Arrival(from, to, bytes, Now), to, bytes, rpc);
    }

    /// <summary>What of an RPC really leaves a node; null for nothing.</summary>
    protected virtual GossipRpc? Leaves(int from, int to, GossipRpc rpc) => rpc;

    /// <summary>An RPC comes to a node, with whatever was in it before.</summary>
    protected virtual void Heard(int node, int from, GossipRpc rpc)
    {
    }

    /// <summary>An RPC comes to who is no router.</summary>
    protected virtual void Outside(int stranger, int from, GossipRpc rpc)
    {
    }

    /// <summary>A message comes to an application.</summary>
    /// <returns>How long it takes to judge it, microseconds.</returns>
    protected abstract long Delivered(int node, GossipMessage message);

    /// <summary>Any other event.</summary>
    protected abstract void Other(in SimEvent e);

    /// <inheritdoc/>
    protected override void Take(in SimEvent e)
    {
        switch (e.Kind)
        {
            case SimEventKind.Gossip:
                Arrived(e);
                break;
            case SimEventKind.LinkUp when e.Target < Count:
                var (peer, dialled, at) = (Ids[(int)e.Tag], e.Source == e.Target, new Instant(e.At));
                _routers[e.Target].PeerUp(peer, dialled, at, _effects);
                CarryOut(e.Target);
                break;
            case SimEventKind.Posted:
                _routers[e.Target].Judge(((GossipMessage)e.Payload!).Id, GossipVerdict.Accept, new Instant(e.At), _effects);
                CarryOut(e.Target);
                break;
            case SimEventKind.Wake:
                if (e.At != _wakes[e.Target]) break;
                _routers[e.Target].Advance(new Instant(e.At), _effects);
                CarryOut(e.Target);
                break;
            default:
                Other(e);
                break;
        }
    }

    private void Arrived(in SimEvent e)
    {
        var rpc = (GossipRpc)e.Payload!;
        if (e.Tag > 0)
        {
            // The first time it is at the end of the link, the second time it has been read.
            var read = Network.Received(e.Target, (int)e.Tag, e.At);
            if (read > e.At)
            {
                Schedule(e.Source, SimEventKind.Gossip, read, e.Target, 0, rpc);
                return;
            }
        }

        if (e.Target >= Count)
        {
            Outside(e.Target, e.Source, rpc);
            return;
        }

        Heard(e.Target, e.Source, rpc);
        _routers[e.Target].Receive(Ids[e.Source], rpc, new Instant(e.At), _effects);
        CarryOut(e.Target);
    }

    private void CarryOut(int node)
    {
        var now = new Instant(Now);
        for (var i = 0; i < _effects.Count; i++)
        {
            switch (_effects[i])
            {
                case GossipSend send:
                    var to = _index.Of(send.Peer);
                    if (Leaves(node, to, send.Rpc) is { } rpc) Send(node, to, rpc);
                    break;
                case GossipCheck check:
                    _routers[node].Checked(check.Message, IsSigned(check.Message), now, _effects);
                    break;
                case GossipDeliver deliver:
                    Counts.Delivered++;
                    var wait = Delivered(node, deliver.Message);
                    if (wait == 0) _routers[node].Judge(deliver.Message.Id, GossipVerdict.Accept, now, _effects);
                    else Schedule(node, SimEventKind.Posted, Now + wait, node, 0, deliver.Message);
                    break;
                case GossipDrop drop:
                    Counts.Dropped++;
                    _routers[node].PeerDown(drop.Peer, now);
                    break;
            }
        }

        _effects.Clear();
        var wake = _routers[node].NextWake.Micros;
        if (wake == long.MaxValue || wake == _wakes[node]) return;
        _wakes[node] = wake;
        Schedule(node, SimEventKind.Wake, Math.Max(wake, Now), node);
    }

    private bool IsSigned(GossipMessage message)
    {
        if (!_signed.TryGetValue(message, out var good)) _signed[message] = good = message.CheckSignature();
        return good;
    }
}
