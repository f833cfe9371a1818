// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using PeerCompute.Base.Chance;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Overlays;

/// <summary>An overlay of gossip routers on one topic: nodes start, dial, and some publish.</summary>
internal sealed class GossipStudy : GossipWorld
{
    /// <summary>The one topic.</summary>
    public const string Topic = "/peercompute/1/study";

    private readonly GossipPlan _plan;
    private readonly GossipCast _cast;
    private readonly (int Dialler, int Dialled)[] _links;
    private readonly int[][] _dials;
    private readonly long[] _published;
    private readonly int[] _publishedBy;
    private readonly Choices _validation;
    private readonly SybilCrowd? _sybils;
    private MessageId _last;

    public GossipStudy(Scenario scenario, ulong seed, IEventQueue? queue = null)
        : this(scenario, seed, GossipCast.Of(scenario.Overlay!.Gossip!, scenario.Overlay.Nodes, seed), queue)
    {
    }

    private GossipStudy(Scenario scenario, ulong seed, GossipCast cast, IEventQueue? queue)
        : base(scenario, seed, cast.Ids, [.. Enumerable.Repeat(scenario.Overlay!.Gossip!.Options, scenario.Overlay.Nodes)], queue)
    {
        (_plan, _cast) = (scenario.Overlay!.Gossip!, cast);
        _links = _plan.Topology.Draw(Count, Draw.Stream(seed, "topology"));
        _dials = new int[Count][];
        foreach (var node in _links.GroupBy(static l => l.Dialler)) _dials[node.Key] = [.. node.Select(static l => l.Dialled)];
        _published = new long[_plan.Messages.Count];
        _publishedBy = new int[_published.Length];
        _validation = Draw.Stream(seed, "validation");
        if (_plan.Sybils is { } sybils) _sybils = new SybilCrowd(sybils, Count);
        Begin();
    }

    /// <summary>From publishing to the first copy at a node that passes messages on.</summary>
    public override List<int> Times { get; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<Figure> Figures() => GossipFigures.Of(this, _plan, _links.Length, Honest);

    /// <summary>Who published each message.</summary>
    public IReadOnlyList<int> PublishedBy => _publishedBy;

    /// <summary>Share of the deliveries to which a way of nodes that pass messages on leads from who published: no router can do better.</summary>
    public double Reachable()
    {
        var near = new List<int>[Count];
        for (var i = 0; i < Count; i++) near[i] = [];
        foreach (var (a, b) in _links)
        {
            if (_cast.Silent[a] || _cast.Silent[b]) continue;
            near[a].Add(b);
            near[b].Add(a);
        }

        // How many others each node has a way to: its part of the graph, less itself.
        var others = new int[Count];
        var seen = new bool[Count];
        for (var first = 0; first < Count; first++)
        {
            if (seen[first]) continue;
            seen[first] = true;
            List<int> part = [first];
            for (var i = 0; i < part.Count; i++)
            {
                foreach (var next in near[part[i]])
                {
                    if (seen[next]) continue;
                    seen[next] = true;
                    part.Add(next);
                }
            }

            foreach (var node in part) others[node] = part.Count - 1;
        }

        return Honest < 2 ? 0 : _publishedBy.Average(node => (double)others[node]) / (Honest - 1);
    }

    /// <summary>Nodes that pass messages on.</summary>
    private int Honest => _cast.Silent.Count(static silent => !silent);

    /// <inheritdoc/>
    protected override long Delivered(int node, GossipMessage message)
    {
        if (!_cast.Silent[node]) Times.Add((int)(Now - _published[BinaryPrimitives.ReadInt64BigEndian(message.Data.Span)]));
        return _plan.Validation.Most == 0 ? 0 : _validation.Between(_plan.Validation.Least, _plan.Validation.Most);
    }

    /// <inheritdoc/>
    protected override GossipRpc? Leaves(int from, int to, GossipRpc rpc)
    {
        if (!_cast.Silent[from] || rpc.Messages.Length + rpc.Haves.Length == 0) return rpc;
        if (!rpc.HasControl && rpc.Wants.Length + rpc.DontWants.Length == 0) return null;
        return new GossipRpc { Subscriptions = rpc.Subscriptions, Wants = rpc.Wants, DontWants = rpc.DontWants, Grafts = rpc.Grafts, Prunes = rpc.Prunes };
    }

    /// <inheritdoc/>
    protected override void Outside(int stranger, int from, GossipRpc rpc)
    {
        if (_sybils!.Retry(rpc, Now) is { } at) Schedule(stranger, SimEventKind.Script, at, stranger);
    }

    /// <inheritdoc/>
    protected override void Other(in SimEvent e)
    {
        switch (e.Kind)
        {
            case SimEventKind.Start:
                if (_plan.Join is null) Join(e.Target);
                foreach (var other in _dials[e.Target] ?? []) Dial(e.Target, other);
                break;
            case SimEventKind.Submit:
                Publish(e.Target, e.Tag);
                break;
            case SimEventKind.Script when e.Target < Count:
                Join(e.Target);
                break;
            case SimEventKind.LinkUp or SimEventKind.Script:
                var (target, victim) = (e.Target, _sybils!.VictimOf(e.Target));
                Send(target, victim, _sybils.Says(e.Kind == SimEventKind.LinkUp, Topic, _last));
                if (_plan.Sybils!.GraftMicros > 0) Schedule(target, SimEventKind.Script, Now + _plan.Sybils.GraftMicros, target);
                break;
        }
    }

    private void Begin()
    {
        for (var i = 0; i < Count; i++)
            Schedule(i, SimEventKind.Start, Draw.Stream(Seed, "start", (ulong)i).Between(0, Scenario.StartMicros), i);
        for (var i = 0; _plan.Join is { } join && i < Count; i++)
            Schedule(i, SimEventKind.Script, Draw.Stream(Seed, "join", (ulong)i).Between(join.Least, join.Most), i);
        var chance = Draw.Stream(Seed, "messages");
        for (var i = 0; i < _plan.Messages.Count; i++)
        {
            var at = _plan.Messages.FirstMicros + (i * _plan.Messages.EveryMicros);
            Script(SimEventKind.Submit, at, _cast.Publishers[chance.Below(_cast.Publishers.Length)], i);
        }

        for (var i = Count; i < Ids.Length; i++)
        {
            Script(SimEventKind.LinkUp, _plan.Sybils!.AtMicros, _sybils!.VictimOf(i), i);
            Script(SimEventKind.LinkUp, _plan.Sybils.AtMicros + 1, i);
        }
    }

    private void Join(int node) => Act(node, static (router, now, effects) => router.Subscribe(Topic, now, effects));

    private void Publish(int node, long number)
    {
        var data = new byte[_plan.Messages.Bytes];
        BinaryPrimitives.WriteInt64BigEndian(data, number);
        _published[number] = Now;
        _publishedBy[number] = node;
        Act(node, (router, now, effects) => _last = router.Publish(_cast.Keys[node]!, Topic, data, now, effects));
    }
}
