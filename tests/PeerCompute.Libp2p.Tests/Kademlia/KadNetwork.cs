// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Multiformats;
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Kademlia;

namespace PeerCompute.Libp2p.Tests.Kademlia;

/// <summary>Nodes that exchange messages as objects in virtual time: 10 to 150 ms a way, 5 s until a dead peer is given up.</summary>
internal sealed class KadNetwork(ulong seed, KadOptions? options = null)
{
    private readonly Dictionary<PeerId, Member> _members = [];
    private readonly PriorityQueue<Action, (long, long)> _events = new();
    private long _sequence;

    /// <summary>No upkeep in the time of a test.</summary>
    public static KadOptions Quiet { get; } = new() { FirstRefreshDelay = TimeSpan.FromDays(100), RefreshInterval = TimeSpan.FromDays(100) };

    public Choices Choices { get; } = new(seed);

    public Instant Now { get; private set; } = new(1_000_000);

    public List<Member> Members { get; } = [];

    public static Multiaddr Address(int index) => Multiaddr.Parse($"/ip4/10.{index >> 16}.{(index >> 8) & 255}.{index & 255}/tcp/4001");

    public static PeerId RandomPeer(Choices choices)
    {
        var key = new byte[32];
        for (var i = 0; i < key.Length; i++) key[i] = (byte)choices.Below(256);
        key[0] |= 1;
        return PeerId.FromPublicKey(key);
    }

    public Member Add(KadOptions? own = null) => Add(RandomPeer(Choices), own);

    public Member Add(PeerId id, KadOptions? own = null)
    {
        var peer = new KadPeer(id, [Address(Members.Count)]);
        var node = new KadNode(id, own ?? options ?? new KadOptions(), new Choices(Choices.Next())) { Addresses = peer.Addresses };
        var member = new Member(this, peer, node);
        Members.Add(member);
        _members.Add(id, member);
        return member;
    }

    /// <summary>So many members, each of which has seen as many random others of each distance as its buckets hold.</summary>
    public KadNetwork Grow(int count, int k = 20)
    {
        while (Members.Count < count) Add();
        var sorted = Members.OrderBy(m => m.Peer.Point).ToArray();
        foreach (var member in Members)
        {
            int low = 0, high = sorted.Length;
            for (var bit = 0; high - low > 1; bit++)
            {
                var middle = Middle(sorted, low, high, bit);
                var inUpper = Bit(member.Peer.Point, bit);
                var others = inUpper ? sorted.AsSpan(low, middle - low) : sorted.AsSpan(middle, high - middle);
                Introduce(member, others, k);
                (low, high) = inUpper ? (middle, high) : (low, middle);
            }
        }

        return this;
    }

    public Member RandomLiving()
    {
        while (true)
        {
            var member = Members[Choices.Below(Members.Count)];
            if (member.Alive) return member;
        }
    }

    /// <summary>The servers closest to a key that are alive.</summary>
    public PeerId[] Closest(ReadOnlySpan<byte> key, PeerId except, int k = 20)
    {
        var target = Hash32.Of(key);
        return [.. Members.Where(m => m.Alive && m.Node.Server && m.Peer.Id != except).OrderBy(m => m.Peer.Point ^ target).Take(k).Select(m => m.Peer.Id)];
    }

    public void RunFor(TimeSpan span)
    {
        var until = Now + span;
        while (_events.TryPeek(out _, out var at) && at.Item1 <= until.Micros) Step();
        Now = until;
    }

    public KadResult Run(Member member, Func<KadNode, Instant, List<KadEffect>, long> start)
    {
        var query = member.Act((node, effects) => start(node, Now, effects));
        KadResult? result;
        while (!member.Done.TryGetValue(query, out result)) Step();
        return result;
    }

    internal void After(TimeSpan span, Action action) => _events.Enqueue(action, ((Now + span).Micros, _sequence++));

    internal void Ask(Member from, KadAsk ask)
    {
        After(Choices.Span(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(150)), () => Arrive(from, ask));
    }

    private void Arrive(Member from, KadAsk ask)
    {
        var found = _members.TryGetValue(ask.Peer, out var to) && to.Alive && ask.Addresses.Any(a => a.Equals(to.Peer.Addresses[0]));
        if (!found)
        {
            After(TimeSpan.FromSeconds(5), () => from.Act((node, effects) => node.Failed(ask.Query, ask.Peer, Now, effects)));
            return;
        }

        KadMessage? response = null;
        try
        {
            // Connected peers identify each other.
            to!.Act((node, effects) => node.PeerSeen(from.Peer, from.Node.Server, Now, effects));
            from.Act((node, effects) => node.PeerSeen(to.Peer, to.Node.Server, Now, effects));
            to.Asked++;
            response = to.Lie is { } lie ? lie(from.Peer.Id, ask.Request) : to.Node.Answer(from.Peer.Id, ask.Request, Now);
        }
        catch (WireException) when (ask.Request.WantsAnswer)
        {
            from.Act((node, effects) => node.Failed(ask.Query, ask.Peer, Now, effects));
            return;
        }

        to.Schedule();
        After(Choices.Span(TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(150)),
            () => from.Act((node, effects) => node.Answered(ask.Query, ask.Peer, response, Now, effects)));
    }

    private void Step()
    {
        if (!_events.TryDequeue(out var action, out var at)) throw new InvalidOperationException("Nothing happens any more.");
        Now = new Instant(at.Item1);
        action();
    }

    private void Introduce(Member member, Span<Member> others, int k)
    {
        var chosen = others.ToArray();
        for (var i = 0; i < Math.Min(k, chosen.Length); i++)
        {
            var j = i + Choices.Below(chosen.Length - i);
            (chosen[i], chosen[j]) = (chosen[j], chosen[i]);
            member.Node.PeerSeen(chosen[i].Peer, server: true, Now, []);
        }
    }

    private static int Middle(Member[] sorted, int low, int high, int bit)
    {
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Bit(sorted[middle].Peer.Point, bit)) high = middle;
            else low = middle + 1;
        }

        return low;
    }

    private static bool Bit(Hash32 point, int bit) => ((point.ToArray()[bit / 8] >> (7 - (bit % 8))) & 1) == 1;
}

/// <summary>One node of the network.</summary>
internal sealed class Member(KadNetwork network, KadPeer peer, KadNode node)
{
    private Instant _wake = Instant.Never;

    public KadPeer Peer { get; } = peer;

    public KadNode Node { get; } = node;

    public bool Alive { get; set; } = true;

    /// <summary>Requests that arrived.</summary>
    public int Asked { get; set; }

    /// <summary>Answers in the node's place.</summary>
    public Func<PeerId, KadMessage, KadMessage?>? Lie { get; set; }

    public Dictionary<long, KadResult> Done { get; } = [];

    public List<KadFound> Found { get; } = [];

    public void Act(Action<KadNode, List<KadEffect>> act) => Act((n, effects) =>
    {
        act(n, effects);
        return 0L;
    });

    public long Act(Func<KadNode, List<KadEffect>, long> act)
    {
        if (!Alive) return 0;
        var effects = new List<KadEffect>();
        var result = act(Node, effects);
        foreach (var effect in effects)
        {
            if (effect is KadAsk ask) network.Ask(this, ask);
            else if (effect is KadDone done) Done[done.Query] = done.Result;
            else if (effect is KadFound found) Found.Add(found);
        }

        Schedule();
        return result;
    }

    public void Schedule()
    {
        var next = Node.NextWake;
        if (next >= _wake && _wake > network.Now) return;
        if (next == Instant.Never) return;
        _wake = next;
        var wait = next > network.Now ? next - network.Now : TimeSpan.Zero;
        network.After(wait, () =>
        {
            if (_wake != next) return;
            _wake = Instant.Never;
            Act((n, effects) => n.Advance(network.Now, effects));
        });
    }
}
