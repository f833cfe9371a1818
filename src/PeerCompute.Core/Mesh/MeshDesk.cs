// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;
using PeerCompute.Core.Effects;
using PeerCompute.Core.Events;
using PeerCompute.Core.Views;
using PeerCompute.Libp2p.Gossip;
using PeerCompute.Libp2p.Kademlia;

namespace PeerCompute.Core.Mesh;

/// <summary>
/// The node among its peers: gossip, DHT, adverts, whom to be connected with, and searches for workers. Nothing here is kept in the journal: a
/// new life finds the network again from the peers that it remembers.
/// </summary>
internal sealed partial class MeshDesk
{
    /// <summary>Buckets of a routing table: one for each length of what two keys share.</summary>
    private const int KeyBits = 256;

    private readonly NodeContext _node;
    private readonly KadNode _kad;
    private List<KadEffect> _kadEffects = [];
    private List<GossipEffect> _gossipEffects = [];
    private List<KadEffect>? _nextKadEffects; // empty ones, for what the effects at hand lead to
    private List<GossipEffect>? _nextGossipEffects;
    private readonly OrderedMap<PeerId, (PeerFacts Facts, KadPeer Kad)> _facts = new();
    private readonly Neighbours _neighbours;
    private readonly Func<PeerId, bool> _isNeeded;
    private GossipRouter? _gossip;

    /// <param name="node">The node's own.</param>
    /// <param name="inUse">Whether there is business with a peer.</param>
    public MeshDesk(NodeContext node, Func<PeerId, bool> inUse)
    {
        _node = node;
        _isNeeded = peer => inUse(peer) || InMesh(peer);
        var options = node.Settings.Light ? LightKad : node.Settings.RefreshInterval == FullKad.RefreshInterval ? FullKad
            : FullKad with { RefreshInterval = node.Settings.RefreshInterval };
        _kad = new KadNode(node.Self, options, new Choices(node.Choices.Next()));
        _neighbours = new Neighbours(node);
        _adverts = new Market.Adverts.AdvertBook(node.Settings.Network);
    }

    /// <summary>A light node answers nobody and looks nobody up unasked: it keeps the few connections that it has.</summary>
    private static KadOptions LightKad { get; } =
        new() { Server = false, RefreshInterval = new TimeSpan(365, 0, 0, 0), FirstRefreshDelay = new TimeSpan(365, 0, 0, 0) };

    private static KadOptions FullKad { get; } = new();

    /// <summary>An offer to look at; given by the node's core.</summary>
    public Action<OfferHeard>? HeardOffer { get; set; }

    /// <summary>An offer that has ended; given by the node's core.</summary>
    public Action<OfferEnded>? EndedOffer { get; set; }

    /// <summary>The protocol of our part of the DHT.</summary>
    public static string KadProtocol => KadOptions.OwnProtocol;

    public Instant NextWake => Instant.Min(
        Instant.Min(_kad.NextWake, _gossip?.NextWake ?? Instant.Never),
        Instant.Min(_neighbours.NextWake, Instant.Min(_nextPublish, _searches.NextWake)));

    /// <summary>The first event of a life.</summary>
    public void Begin()
    {
        var options = GossipOptions.Default with { Sequence = (ulong)Math.Max(0, _node.Now.WallMs) * 1_000_000, TopicAllowed = Topics.Known };
        _gossip = new GossipRouter(_node.Self, options, new Choices(_node.Choices.Next()));
        _advert = new Market.Adverts.AdvertDesk(_node.Signer, _node.Settings.Network, _node.Incarnation);
        if (!_node.Settings.Light) _gossip.Subscribe(Topics.Offers(Topics.Wasm), _node.Now.Mono, _gossipEffects);
        _neighbours.Begin();
        Drain();
    }

    public void PeerUp(PeerId peer) => _neighbours.Up(peer);

    public void PeerDown(PeerId peer)
    {
        if (_facts.Remove(peer, out var gone)) _kad.PeerGone(gone.Kad.Point);
        _neighbours.Down(peer);
    }

    public void PeerUnreachable(PeerUnreachable e) => _neighbours.Failed(e.Peer, e.Reason);

    public void PeerIdentified(PeerIdentified e)
    {
        if (e.Facts.Network is { } network && network != _node.Settings.Network)
        {
            _neighbours.IsForeign(e.Peer);
            _node.Effects.Add(new Drop(e.Peer, $"it belongs to network {network}, this node to {_node.Settings.Network}"));
            return;
        }

        var kad = e.Facts.AsKadPeer(e.Peer);
        _facts[e.Peer] = (e.Facts, kad);
        _neighbours.Identified(e.Peer, e.Facts);
        _kad.PeerSeen(kad, e.Facts.KadServer && !kad.Addresses.IsEmpty, _node.Now.Mono, _kadEffects);
        if (_unpublished && e.Facts.KadServer) Publish();
        if (e.Facts.KadServer && _node.Settings.Light && _neighbours.KnowsFew)
            _node.Effects.Add(new AskKad(AskAround, e.Peer, [], new KadMessage(KadType.FindNode, _node.Self.ToBytes())));
        Drain();
    }

    public void PeersHeard(PeersHeard e) => _neighbours.Heard(e.Peers, e.Seeds);

    public void PeersRemembered(PeersRemembered e)
    {
        try
        {
            _neighbours.Remembered(e.Book.Span);
        }
        catch (WireException wrong)
        {
            _node.Tell($"the book of remembered peers cannot be read and is begun anew: {wrong.Message}");
        }
    }

    /// <summary>Does what is due.</summary>
    public void Advance()
    {
        var now = _node.Now.Mono;
        if (_kad.NextWake <= now) _kad.Advance(now, _kadEffects);
        if (_gossip is { } gossip && gossip.NextWake <= now) gossip.Advance(now, _gossipEffects);
        if (_nextPublish <= now) Publish();
        if (_neighbours.NextWake <= now) _neighbours.Advance(_isNeeded);
        AdvanceSearches();
        Drain();
    }

    public MeshView View() => new(
        _node.Up.Count,
        _kad.Contacts,
        _kad.ProviderRecords,
        _provided.Count,
        _gossip?.Mesh(Topics.Offers(Topics.Wasm)).Count ?? 0,
        _adverts.Count,
        _neighbours.Remembering);

    /// <summary>The peers in the mesh of offers; null for a node that does not listen to them.</summary>
    public IReadOnlyList<PeerId>? MeshPeers => _node.Settings.Light ? null : _gossip?.Mesh(Topics.Offers(Topics.Wasm));

    /// <summary>What is held of what others say.</summary>
    public void AddHoldings(List<Holding> held)
    {
        var options = _kad.Options;
        var queries = options.ConcurrentQueries + options.BackgroundQueries + options.WaitingQueries;
        held.Add(new Holding("routing table", _kad.Contacts, options.K * KeyBits));
        held.Add(new Holding("provider records", _kad.ProviderRecords, options.ProviderRecords));
        held.Add(new Holding("queries", _kad.Queries, queries));
        held.Add(new Holding("looks", _looks.Count, queries));
        held.Add(new Holding("adverts", _adverts.Count, Market.Adverts.AdvertBook.DefaultCapacity));
        held.Add(new Holding("searches", _searches.Items.Count, SearchList.Most));
        held.Add(new Holding("identified peers", _facts.Count, _node.Up.Count));
        held.Add(new Holding("issuers", _issuers.Count, IssuersMost));
        held.Add(new Holding("offers passed on", _viaFor.Count, ViaMost));
        _neighbours.AddHoldings(held);
        if (_gossip is null) return;
        held.Add(new Holding("gossip peers", _gossip.Peers, _node.Up.Count));
        held.Add(new Holding("gossip seen", _gossip.SeenCount, _gossip.Options.Seen));
        held.Add(new Holding("gossip in flight", _gossip.InFlight, _gossip.Options.InFlight));
        held.Add(new Holding("gossip judged", _contents.Count, _gossip.InFlight));
    }

    private bool InMesh(PeerId peer)
    {
        foreach (var other in _gossip?.Mesh(Topics.Offers(Topics.Wasm)) ?? [])
        {
            if (other == peer) return true;
        }

        return false;
    }

    /// <summary>Carries out what the machines below ask for, until they ask for nothing more.</summary>
    private void Drain()
    {
        while (_kadEffects.Count > 0 || _gossipEffects.Count > 0)
        {
            var (kad, gossip) = (_kadEffects, _gossipEffects);
            (_kadEffects, _gossipEffects) = (_nextKadEffects ?? [], _nextGossipEffects ?? []);
            (_nextKadEffects, _nextGossipEffects) = (null, null);
            foreach (var effect in kad) Do(effect);
            foreach (var effect in gossip) Do(effect);
            kad.Clear();
            gossip.Clear();
            (_nextKadEffects, _nextGossipEffects) = (kad, gossip);
        }
    }
}
