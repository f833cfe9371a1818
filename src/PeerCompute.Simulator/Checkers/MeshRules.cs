// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Core.Events;
using PeerCompute.Core.Mesh;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Market.Bids;
using PeerCompute.Simulator.Adversaries;
using PeerCompute.Simulator.Events;
using PeerCompute.Simulator.Nodes;
using PeerCompute.Wire.Common;
using PeerCompute.Wire.Offers;

namespace PeerCompute.Simulator.Checkers;

/// <summary>
/// Gossip converges after the heal: when the calm ends, links that both sides have in their mesh make one component of all nodes that listen to offers, and
/// each message that was published in the calm, early enough, has reached all of them. Where life after the faults is asked for, one node says something to
/// all: that an offer has ended which never was.
/// </summary>
internal sealed class MeshRules : Observer
{
    /// <summary>From the heal on, what routers and peer books need to find each other again: back-offs of a minute, looks every few seconds.</summary>
    private const long HealMicros = 75_000_000;

    /// <summary>What a message may take: gossip goes on from one to the next within a heartbeat, and is asked for within three.</summary>
    private const long TravelMicros = 15_000_000;

    /// <summary>Messages that are followed: with more, issuers come to the rate above which routers let offers go.</summary>
    private const int MessagesMost = 16;

    private readonly Dictionary<MessageId, (long AtMicros, HashSet<int> Nodes)> _seen = [];
    private readonly Simulation _world;
    private bool _tooMany;

    public MeshRules(Simulation world, Cast cast)
    {
        _world = world;
        if (!Asked || world.Scenario.Liveness == 0) return;
        var author = world.Nodes.LastOrDefault(node => !node.Class.Light && cast.IsHonest(node.Index));
        if (author is not null) world.Script(world.Scenario.DurationMicros + HealMicros, () => Speak(author));
    }

    private bool Asked => _world.Scenario.Mesh && _world.Scenario.SettleMicros >= HealMicros + TravelMicros;

    private long End => _world.Scenario.DurationMicros + _world.Scenario.SettleMicros;

    public override void Heard(SimNode node, GossipRpc rpc)
    {
        if (_tooMany) return;
        foreach (var message in rpc.Messages)
        {
            if (!_seen.TryGetValue(message.Id, out var seen)) _seen[message.Id] = seen = (node.Micros, []);
            seen.Nodes.Add(node.Index);
        }

        _tooMany = _seen.Count > MessagesMost;
    }

    public override void Ended()
    {
        if (!Asked) return;
        var listeners = _world.Nodes.Where(static node => node.Machine?.MeshPeers() is not null).ToList();
        var reached = Component(listeners);
        if (reached < listeners.Count) _world.Violate("mesh", $"{reached} of {listeners.Count} nodes that listen to offers are in one component of the mesh");
        if (_tooMany || 2 * _world.Scenario.ClockSkewMs > BidPolicy.SkewMs) return;
        foreach (var (id, (at, nodes)) in _seen.OrderBy(static pair => pair.Value.AtMicros))
        {
            if (at < _world.Scenario.DurationMicros + HealMicros || at > End - TravelMicros) continue;
            var author = _world.IndexOf(id.Author);
            var missed = listeners.Count(node => node.Index != author && !nodes.Contains(node.Index));
            var about = $"a message of node {author} at {at / 1000} ms, after the heal,";
            if (missed > 0) _world.Violate("mesh", $"{about} did not reach {missed} of {listeners.Count} nodes");
        }
    }

    private void Speak(SimNode author)
    {
        var header = new Header(new Incarnation(ulong.MaxValue, 0), 1, Hash32.Of("no offer"u8), Rules.Hash, (ulong)author.Now().WallMs);
        var closed = OfferClosed.Sign(author.Signer, header).Envelope.Bytes;
        var said = new AnnounceDue(Topics.Offers(Topics.Wasm), closed);
        _world.Schedule(Simulation.World, SimEventKind.Posted, _world.Clock.Micros, author.Index, author.Life, said);
    }

    /// <summary>How many nodes the first one reaches over mesh links that both ends have.</summary>
    private int Component(List<SimNode> listeners)
    {
        if (listeners.Count == 0) return 0;
        var mesh = new Dictionary<int, HashSet<PeerId>>();
        foreach (var node in listeners) mesh[node.Index] = [.. node.Machine!.MeshPeers()!];
        var (found, next) = (new HashSet<int> { listeners[0].Index }, new Queue<int>([listeners[0].Index]));
        while (next.TryDequeue(out var at))
        {
            foreach (var peer in mesh[at])
            {
                var other = _world.IndexOf(peer);
                if (mesh.TryGetValue(other, out var back) && back.Contains(_world.Nodes[at].Signer.PeerId) && found.Add(other)) next.Enqueue(other);
            }
        }

        return found.Count;
    }
}
