// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Kademlia;
using PeerCompute.Simulator.Chance;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Mesh;
using PeerCompute.Simulator.Scenarios;

namespace PeerCompute.Simulator.Overlays;

/// <summary>
/// An overlay of the daemon's DHT nodes. A question takes one round trip, over connections that are there; one to who is gone is given up after the
/// links' time-out. Messages are passed as objects and their encoded length is counted.
/// </summary>
internal sealed class DhtStudy : OverlayWorld
{
    private readonly DhtPlan _plan;
    private readonly KadNode?[] _nodes;
    private readonly PeerId[] _ids;
    private readonly KadPeer[] _peers;
    private readonly PeerIndex _index;
    private readonly OverlayNetwork _network;
    private readonly long[] _wakes;
    private readonly int[] _lives;
    private readonly bool[] _left;
    private readonly List<KadEffect> _effects = [];
    private readonly List<LookupWatch>?[] _watched;
    private readonly Choices _chance;
    private long _upSince;

    public DhtStudy(Scenario scenario, ulong seed, IEventQueue? queue = null)
        : base(scenario, seed, scenario.Overlay!.Nodes, queue)
    {
        var nodes = scenario.Overlay!.Nodes;
        _plan = scenario.Overlay.Dht!;
        _nodes = new KadNode?[nodes];
        _ids = new PeerId[nodes];
        _peers = new KadPeer[nodes];
        for (var i = 0; i < nodes; i++)
        {
            _ids[i] = PeerId.FromPublicKey(Draw.Bytes(seed, "id", (ulong)i).ToArray());
            _peers[i] = new KadPeer(_ids[i], [Place.AddressOf(i)]);
        }

        _index = new PeerIndex(_ids);
        _network = new OverlayNetwork(scenario.Links, seed, nodes);
        (_wakes, _lives, _left, _watched) = (new long[nodes], new int[nodes], new bool[nodes], new List<LookupWatch>?[nodes]);
        _chance = Draw.Stream(seed, "dht");
        Tally = new DhtTally(this, _plan);
        DhtWeather.Begin(this, _plan, Script);
    }

    /// <inheritdoc/>
    public override int Count => _nodes.Length;

    /// <inheritdoc/>
    public override string[] Columns => ["up", "questions", "answers", "failures", "lookups", "bytes"];

    /// <summary>Time that lookups took.</summary>
    public override List<int> Times => Tally.LookupMicros;

    public DhtTally Tally { get; }

    public KadPeer[] Peers => _peers;

    public int Up { get; private set; }

    /// <summary>Microseconds that nodes were up, added up.</summary>
    public double NodeMicros { get; private set; }

    public long Questions { get; private set; }

    public long Answers { get; private set; }

    public long Failures { get; private set; }

    /// <inheritdoc/>
    public override long[] Row() => [Up, Questions, Answers, Failures, Tally.Lookups, Bytes];

    /// <inheritdoc/>
    public override IReadOnlyList<Figure> Figures()
    {
        CountUp(0);
        return Tally.Figures();
    }

    /// <summary>A node that is up, or null.</summary>
    public KadNode? Node(int index) => _nodes[index];

    public int IndexOf(PeerId id) => _index.Of(id);

    /// <inheritdoc/>
    protected override void Take(in SimEvent e)
    {
        switch (e.Kind)
        {
            case SimEventKind.Start when _nodes[e.Target] is null && !_left[e.Target]:
                Start(e.Target);
                break;
            case SimEventKind.Kill:
                _left[e.Target] |= e.Tag == DhtWeather.ForGood;
                Stop(e.Target);
                break;
            case SimEventKind.Asked:
                Asked(e.Source, e.Target, e.Tag, (KadAsk)e.Payload!);
                break;
            case SimEventKind.Answered when e.Tag == _lives[e.Target] && _nodes[e.Target] is not null:
                Answered(e.Target, (KadReply)e.Payload!);
                break;
            case SimEventKind.Wake when e.At == _wakes[e.Target] && _nodes[e.Target] is { } node:
                node.Advance(new Instant(e.At), _effects);
                CarryOut(e.Target);
                break;
            case SimEventKind.Submit:
                Query(e.Tag == 1);
                break;
            case SimEventKind.Sample:
                Tally.CheckHolders();
                break;
        }
    }

    private void CountUp(int change)
    {
        NodeMicros += (double)Up * (Now - _upSince);
        _upSince = Now;
        Up += change;
    }

    private void Start(int index)
    {
        var life = ++_lives[index];
        var node = new KadNode(_ids[index], _plan.Options, Draw.Stream(Seed, "kad", (ulong)index, (ulong)life)) { Addresses = _peers[index].Addresses };
        _nodes[index] = node;
        if (_plan.PerfectTables && Now == 0)
        {
            foreach (var other in Tally.Ring.Table(index, _plan.Options.K, _chance)) node.PeerSeen(_peers[other], server: true, new Instant(Now), _effects);
        }
        else
        {
            for (var i = 0; i < _plan.Contacts && Up > 0; i++) Meet(index, RandomUp());
        }

        CountUp(1);
        CarryOut(index);
    }

    private void Stop(int index)
    {
        if (_nodes[index] is null) return;
        (_nodes[index], _watched[index]) = (null, null);
        CountUp(-1);
    }

    private void Meet(int index, int other)
    {
        if (other == index) return;
        _nodes[other]!.PeerSeen(_peers[index], server: true, new Instant(Now), _effects);
        CarryOut(other);
        _nodes[index]!.PeerSeen(_peers[other], server: true, new Instant(Now), _effects);
        CarryOut(index);
    }

    private int RandomUp()
    {
        while (true)
        {
            var index = _chance.Below(Count);
            if (_nodes[index] is not null) return index;
        }
    }

    private void Query(bool provide)
    {
        if (Up == 0) return;
        var index = RandomUp();
        var key = new Hash32(Draw.Bytes(Seed, "key", (ulong)Events).ToArray());
        var node = _nodes[index]!;
        if (provide)
        {
            Tally.Provided(new Provision(index, key, node.Provide(key, new Instant(Now), _effects), Now));
        }
        else
        {
            var multihash = KadKey.Multihash(key);
            var query = node.FindClosest(multihash, new Instant(Now), _effects);
            (_watched[index] ??= []).Add(new LookupWatch(query, Hash32.Of(multihash), Now));
        }

        CarryOut(index);
    }

    private LookupWatch? Watch(int index, long query) => _watched[index]?.Find(w => w.Query == query);

    private void CarryOut(int index)
    {
        foreach (var effect in _effects)
        {
            switch (effect)
            {
                case KadAsk ask:
                    Ask(index, ask);
                    break;
                case KadDone { Result.Kind: KadQueryKind.Provide } done:
                    Tally.Announced(index, done);
                    break;
                case KadDone done when Watch(index, done.Query) is { } watch:
                    _watched[index]!.Remove(watch);
                    Tally.LookedUp(index, watch, done.Result);
                    break;
            }
        }

        _effects.Clear();
        var wake = Math.Max(_nodes[index]!.NextWake.Micros, Now);
        if (wake == long.MaxValue || (wake == _wakes[index] && wake > Now)) return;
        _wakes[index] = wake;
        Schedule(index, SimEventKind.Wake, wake, index);
    }

    private void Ask(int index, KadAsk ask)
    {
        Questions++;
        Watch(index, ask.Query)?.Asked(ask.Peer);
        var to = _index.Of(ask.Peer);
        if (to < 0 || _nodes[to] is null)
        {
            // Whether it is there shows at the dial; a question to who leaves meanwhile is lost as well.
            Fail(index, Now + Scenario.Links.TimeoutMicros, _lives[index], ask);
            return;
        }

        var bytes = KadSize.Of(ask.Request);
        Messages++;
        Bytes += bytes;
        Schedule(index, SimEventKind.Asked, _network.Arrival(index, to, bytes, Now), to, _lives[index], ask);
    }

    private void Fail(int index, long at, long life, KadAsk ask)
        => Schedule(index, SimEventKind.Answered, at, index, life, new KadReply(ask.Query, ask.Peer, null, true));

    private void Asked(int from, int to, long life, KadAsk ask)
    {
        if (_nodes[to] is not { } node)
        {
            Fail(from, Now + Scenario.Links.TimeoutMicros, life, ask);
            return;
        }

        node.PeerSeen(_peers[from], server: true, new Instant(Now), _effects);
        KadReply reply;
        try
        {
            reply = new KadReply(ask.Query, ask.Peer, node.Answer(_ids[from], ask.Request, new Instant(Now)), false);
        }
        catch (WireException) when (ask.Request.WantsAnswer)
        {
            reply = new KadReply(ask.Query, ask.Peer, null, true);
        }

        CarryOut(to);
        var bytes = reply.Response is null ? 0 : KadSize.Of(reply.Response);
        Bytes += bytes;
        Messages += bytes > 0 ? 1 : 0;
        Schedule(to, SimEventKind.Answered, _network.Arrival(to, from, bytes, Now), from, life, reply);
    }

    private void Answered(int index, KadReply reply)
    {
        var node = _nodes[index]!;
        if (reply.Failed)
        {
            Failures++;
            node.Failed(reply.Query, reply.From, new Instant(Now), _effects);
        }
        else
        {
            Answers++;
            if (reply.Response is not null) Watch(index, reply.Query)?.Answered(reply.From, reply.Response);
            node.PeerSeen(_peers[_index.Of(reply.From)], server: true, new Instant(Now), _effects);
            node.Answered(reply.Query, reply.From, reply.Response, new Instant(Now), _effects);
        }

        CarryOut(index);
    }

    /// <summary>What comes back for a question.</summary>
    private sealed record KadReply(long Query, PeerId From, KadMessage? Response, bool Failed);
}
