// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace PeerCompute.Libp2p.Gossip;

/// <summary>Collects what one call of the router has to say, so that each peer gets one RPC. Holds nothing between calls.</summary>
internal sealed class GossipOutbox
{
    private List<Draft>? _drafts;

    public void Subscription(GossipPeer peer, bool subscribe, string topic) => Add(ref For(peer).Subscriptions, new GossipSubscription(subscribe, topic));

    public void Graft(GossipPeer peer, string topic) => Add(ref For(peer).Grafts, topic);

    public void Prune(GossipPeer peer, string topic, TimeSpan backoff) =>
        Add(ref For(peer).Prunes, new GossipPrune(topic, (int)(backoff.Ticks / TimeSpan.TicksPerSecond)));

    public void Have(GossipPeer peer, GossipHave have) => Add(ref For(peer).Haves, have);

    public void Want(GossipPeer peer, MessageId id) => Add(ref For(peer).Wants, id);

    public void Message(GossipPeer peer, GossipMessage message) => Add(ref For(peer).Messages, message);

    public void Flush(List<GossipEffect> effects)
    {
        if (_drafts is null) return;
        foreach (var draft in _drafts) effects.Add(new GossipSend(draft.Peer.Id, draft.ToRpc()));
        _drafts = null;
    }

    private static void Add<T>(ref List<T>? list, T item) => (list ??= []).Add(item);

    private Draft For(GossipPeer peer)
    {
        _drafts ??= [];
        foreach (var draft in _drafts)
        {
            if (ReferenceEquals(draft.Peer, peer)) return draft;
        }

        var fresh = new Draft(peer);
        _drafts.Add(fresh);
        return fresh;
    }

    private sealed class Draft(GossipPeer peer)
    {
        public List<GossipSubscription>? Subscriptions;
        public List<GossipMessage>? Messages;
        public List<GossipHave>? Haves;
        public List<MessageId>? Wants;
        public List<string>? Grafts;
        public List<GossipPrune>? Prunes;

        public GossipPeer Peer { get; } = peer;

        public GossipRpc ToRpc() => new()
        {
            Subscriptions = Frozen(Subscriptions),
            Messages = Frozen(Messages),
            Haves = Frozen(Haves),
            Wants = Frozen(Wants),
            Grafts = Frozen(Grafts),
            Prunes = Frozen(Prunes),
        };

        private static ImmutableArray<T> Frozen<T>(List<T>? list) => list is null ? [] : [.. list];
    }
}
