// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Libp2p.Gossip;

namespace PeerCompute.Libp2p.Tests.Gossip;

/// <summary>Many routers in virtual time. Links have latency; signatures are checked once per message object.</summary>
internal sealed class GossipLab
{
    public const string Topic = "/peercompute/1/offers/wasm";

    private readonly GossipOptions _options;
    private readonly Choices _choices;
    private readonly Dictionary<PeerId, int> _index = [];
    private readonly PriorityQueue<Action, (long Time, long Sequence)> _queue = new();
    private readonly Dictionary<GossipMessage, bool> _signatures = new(ReferenceEqualityComparer.Instance);
    private long _sequence;

    /// <param name="options">Of every router.</param>
    /// <param name="nodes">How many.</param>
    /// <param name="keyed">How many of them, the first ones, can publish; a key costs time.</param>
    /// <param name="seed">Of everything.</param>
    public GossipLab(GossipOptions options, int nodes, int keyed = int.MaxValue, ulong seed = 1)
    {
        _options = options;
        _choices = new Choices(seed);
        for (var i = 0; i < nodes; i++)
        {
            var bytes = new byte[32];
            for (var at = 0; at < 32; at += 8) BitConverter.TryWriteBytes(bytes.AsSpan(at), _choices.Next());
            var key = i < keyed ? KeyPair.FromSeed(bytes) : null;
            var id = key?.PeerId ?? PeerId.FromPublicKey(bytes);
            Nodes.Add(new LabNode(id, key, new GossipRouter(id, options, new Choices(_choices.Next()))));
            _index[id] = i;
        }
    }

    public List<LabNode> Nodes { get; } = [];

    public Instant Now { get; private set; }

    public long Deliveries { get; private set; }

    /// <summary>What the application says; null stands for never.</summary>
    public Func<int, GossipMessage, GossipVerdict?> Judge { get; set; } = (_, _) => GossipVerdict.Accept;

    /// <summary>Sees every RPC before it travels; false drops it.</summary>
    public Func<int, int, GossipRpc, bool> Carry { get; set; } = (_, _, _) => true;

    /// <summary>Connects two nodes; the first one dialled.</summary>
    public void Link(int a, int b)
    {
        Do(a, (router, effects) => router.PeerUp(Nodes[b].Id, true, Now, effects));
        Do(b, (router, effects) => router.PeerUp(Nodes[a].Id, false, Now, effects));
    }

    public void SubscribeAll()
    {
        for (var i = 0; i < Nodes.Count; i++) Do(i, (router, effects) => router.Subscribe(Topic, Now, effects));
    }

    public MessageId Publish(int node, int size = 100)
    {
        MessageId id = default;
        Do(node, (router, effects) => id = router.Publish(Nodes[node].Key!, Topic, new byte[size], Now, effects));
        return id;
    }

    public void Kill(int node)
    {
        Nodes[node].IsDead = true;
        for (var other = 0; other < Nodes.Count; other++)
        {
            if (!Nodes[other].IsDead) Do(other, (router, _) => router.PeerDown(Nodes[node].Id, Now));
        }
    }

    /// <summary>Puts an RPC of a stranger into a node at once.</summary>
    public void Inject(int node, PeerId from, GossipRpc rpc) => Do(node, (router, effects) => router.Receive(from, rpc, Now, effects));

    public void Do(int node, Action<GossipRouter, List<GossipEffect>> action)
    {
        var effects = new List<GossipEffect>();
        action(Nodes[node].Router, effects);
        CarryOut(node, effects);
        Watch(node);
    }

    public void Run(TimeSpan time)
    {
        var end = Now + time;
        while (_queue.TryPeek(out _, out var key) && key.Time <= end.Micros)
        {
            var action = _queue.Dequeue();
            Now = new Instant(key.Time);
            action();
        }

        Now = end;
    }

    public void At(Instant time, Action action) => _queue.Enqueue(action, (time.Micros, _sequence++));

    private void Watch(int node)
    {
        var wake = Nodes[node].Router.NextWake;
        if (wake == Instant.Never || wake == Nodes[node].Watched) return;
        Nodes[node].Watched = wake;
        At(wake, () =>
        {
            if (Nodes[node].IsDead || Nodes[node].Watched != wake) return;
            Do(node, (router, effects) => router.Advance(Now, effects));
        });
    }

    private void CarryOut(int node, List<GossipEffect> effects)
    {
        for (var i = 0; i < effects.Count; i++)
        {
            switch (effects[i])
            {
                case GossipSend send: Send(node, send); break;
                case GossipCheck check: Nodes[node].Router.Checked(check.Message, Signature(check.Message), Now, effects); break;
                case GossipDeliver deliver:
                    Deliveries++;
                    Nodes[node].Delivered.Add(deliver.Message.Id);
                    if (Judge(node, deliver.Message) is { } verdict) Nodes[node].Router.Judge(deliver.Message.Id, verdict, Now, effects);
                    break;
                case GossipDrop drop: Nodes[node].Dropped.Add(drop.Peer); break;
            }
        }
    }

    private void Send(int from, GossipSend send)
    {
        if (!_index.TryGetValue(send.Peer, out var to))
        {
            Nodes[from].ToStrangers.Add(send);
            return;
        }

        if (Nodes[to].IsDead || !Carry(from, to, send.Rpc)) return;
        At(Now + TimeSpan.FromMicroseconds(10_000 + _choices.Below(90_000)), () =>
        {
            if (!Nodes[to].IsDead && !Nodes[from].IsDead) Do(to, (router, effects) => router.Receive(Nodes[from].Id, send.Rpc, Now, effects));
        });
    }

    private bool Signature(GossipMessage message)
    {
        if (!_signatures.TryGetValue(message, out var good)) _signatures[message] = good = message.CheckSignature();
        return good;
    }
}

/// <summary>A router and what has come out of it.</summary>
internal sealed class LabNode(PeerId id, KeyPair? key, GossipRouter router)
{
    public PeerId Id { get; } = id;

    public KeyPair? Key { get; } = key;

    public GossipRouter Router { get; } = router;

    public bool IsDead { get; set; }

    public Instant Watched { get; set; }

    public List<MessageId> Delivered { get; } = [];

    public List<PeerId> Dropped { get; } = [];

    /// <summary>What was sent to peers that are no nodes of the lab.</summary>
    public List<GossipSend> ToStrangers { get; } = [];
}
