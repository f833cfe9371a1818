// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Chance;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;

namespace PeerCompute.Libp2p.Gossip;

/// <summary>
/// Gossipsub (libp2p/specs pubsub/gossipsub/gossipsub-v1.0.md and -v1.1.md) as a machine: it holds no clock, stream or chance of its own. Calls add what is
/// to be done to a list of the caller's. One caller at a time. No peer exchange: none is offered in a PRUNE, and none is read from one.
/// </summary>
public sealed partial class GossipRouter
{
    /// <summary>Protocols to offer and to open, the best first.</summary>
    public static readonly IReadOnlyList<string> Protocols = ["/meshsub/1.1.0", "/meshsub/1.0.0"];

    private readonly PeerId _self;
    private readonly GossipOptions _options;
    private readonly Choices _choices;
    private readonly List<GossipPeer> _peers = []; // in the order of their ids
    private readonly List<GossipTopic> _topics = []; // in the order of their names
    private readonly List<GossipPeer> _marked = [];
    private readonly SeenCache _seen;
    private readonly MessageCache _cache;
    private readonly GossipFlights _flights;
    private readonly GossipPromises _promises = new();
    private readonly GossipRefusals _refusals = new();
    private readonly GossipOutbox _outbox = new();
    private OrderedMap<PeerId, (GossipPeer Peer, long Beat)>? _retained;
    private Instant _nextBeat = Instant.Never;
    private ulong _sequence;
    private long _beat;
    private bool _resting;

    /// <summary>A router without peers and topics.</summary>
    /// <param name="self">Our id.</param>
    /// <param name="options">Parameters; may be shared by many routers.</param>
    /// <param name="choices">Chance of this router alone.</param>
    public GossipRouter(PeerId self, GossipOptions options, Choices choices)
    {
        _self = self;
        _options = options;
        _choices = choices;
        _seen = new SeenCache(options.Seen, options.SeenTtl, choices.Next());
        _cache = new MessageCache(options);
        _flights = new GossipFlights(options);
        _sequence = options.Sequence;
    }

    /// <summary>When <see cref="Advance"/> has something to do: the next heartbeat; never while no peer is there, or none would change anything.</summary>
    public Instant NextWake => _resting || _peers.Count == 0 ? Instant.Never : _nextBeat;

    /// <summary>Whether every heartbeat is wanted, those without an effect too; for the test that they have none.</summary>
    internal bool Restless { get; init; }

    /// <summary>Parameters and bounds.</summary>
    public GossipOptions Options => _options;

    /// <summary>Connected peers.</summary>
    public int Peers => _peers.Count;

    /// <summary>Messages being checked or judged.</summary>
    public int InFlight => _flights.Count;

    /// <summary>Ids remembered.</summary>
    public int SeenCount => _seen.Count;

    /// <summary>A stream to a peer is open. For a peer that is there already: its stream is a new one, and what was sent on the old one may be lost.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="outbound">True when we dialled it.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">What to do.</param>
    public void PeerUp(PeerId peer, bool outbound, Instant now, List<GossipEffect> effects)
    {
        var at = IndexOf(peer);
        GossipPeer known;
        if (at >= 0)
        {
            Stir(now);
            known = _peers[at];
            foreach (var topic in _topics) topic.Link(known, GossipLink.None);
        }
        else
        {
            known = new GossipPeer(peer, outbound);
            Remember(known, now);
            _peers.Insert(~at, known);
            if (_peers.Count == 1)
            {
                _resting = false;
                _nextBeat = now + _choices.Span(_options.FirstHeartbeat, _options.FirstHeartbeat + _options.Heartbeat);
            }
        }

        foreach (var topic in _topics)
        {
            if (topic.Joined) _outbox.Subscription(known, true, topic.Name);
        }

        _outbox.Flush(effects);
    }

    /// <summary>A peer is gone. Its score and its back-offs are remembered.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="now">The time.</param>
    public void PeerDown(PeerId peer, Instant now)
    {
        var at = IndexOf(peer);
        if (at < 0) return;
        var gone = _peers[at];
        _peers.RemoveAt(at);
        if (gone.Marked) _marked.Remove(gone);
        foreach (var topic in _topics)
        {
            if (topic.LinkOf(gone) != GossipLink.None) Stir(now);
            topic.Remove(gone);
        }

        ForgetIdleTopics();
        if (_peers.Count == 0) Stir(now); // the rest ends with the last peer: its beats count
        if (!gone.HasScore) return;
        _retained ??= new OrderedMap<PeerId, (GossipPeer, long)>(_options.Scoring.Retained);
        if (_retained.IsFull) _retained.Remove(_retained.First.Key);
        _retained.TryAdd(peer, (gone, _beat));
    }

    /// <summary>Joins a topic: messages are delivered from now on.</summary>
    /// <param name="topic">Its name, 1 to <see cref="GossipLimits.TopicBytes"/> bytes of UTF-8, allowed by the options.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">What to do.</param>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.LimitExceeded"/>: too many topics, or this one is not allowed.</exception>
    public void Subscribe(string topic, Instant now, List<GossipEffect> effects)
    {
        if (FindTopic(topic) is { Joined: true }) return;
        Stir(now);
        if (_topics.FindAll(static t => t.Joined).Count >= _options.TopicsPerPeer)
            throw new PeerComputeException(ErrorCode.LimitExceeded, $"{_options.TopicsPerPeer} topics are joined already; peers remember no more.");
        var state = Topic(topic) ?? throw new PeerComputeException(ErrorCode.LimitExceeded, TopicRefused(topic));
        state.Joined = true;
        foreach (var peer in _peers) _outbox.Subscription(peer, true, topic);
        AdoptFanout(state, now);
        FillMesh(state, now, _options.Degree - state.Count(GossipLink.Mesh));
        _outbox.Flush(effects);
    }

    /// <summary>Leaves a topic.</summary>
    /// <param name="topic">Its name.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">What to do.</param>
    public void Unsubscribe(string topic, Instant now, List<GossipEffect> effects)
    {
        if (FindTopic(topic) is not { Joined: true } state) return;
        Stir(now);
        foreach (ref readonly var member in state.Members)
        {
            if (member.Link == GossipLink.Mesh) Cut(state, member.Peer, now, _options.UnsubscribeBackoff);
        }

        state.Joined = false;
        foreach (var peer in _peers) _outbox.Subscription(peer, false, topic);
        ForgetIdleTopics();
        _outbox.Flush(effects);
    }

    /// <summary>Does what is due; nothing before <see cref="NextWake"/>.</summary>
    /// <param name="now">The time. Heartbeats that were slept through are not made up for.</param>
    /// <param name="effects">What to do.</param>
    public void Advance(Instant now, List<GossipEffect> effects)
    {
        if (now < NextWake) return;
        _nextBeat = now + _options.Heartbeat;
        _resting = !Beat(now) && !Restless;
        _outbox.Flush(effects);
    }

    /// <summary>The peers in the mesh of a topic.</summary>
    /// <param name="topic">Its name.</param>
    /// <returns>Ids, empty when not joined.</returns>
    public IReadOnlyList<PeerId> Mesh(string topic) => Members(topic, static m => m.Link == GossipLink.Mesh);

    /// <summary>The connected subscribers of a topic.</summary>
    /// <param name="topic">Its name.</param>
    /// <returns>Ids.</returns>
    public IReadOnlyList<PeerId> Subscribers(string topic) => Members(topic, static _ => true);

    /// <summary>The score of a connected peer, thousandths.</summary>
    /// <param name="peer">The peer.</param>
    /// <returns>0 or below; 0 for peers that are not there.</returns>
    public long Score(PeerId peer) => FindPeer(peer) is { } known ? Score(known) : 0;

    private long Score(GossipPeer peer) => peer.Score(_options.Scoring);

    private GossipPeer? FindPeer(PeerId peer) => IndexOf(peer) is >= 0 and var at ? _peers[at] : null;

    private GossipTopic? FindTopic(string name) => IndexOf(name) is >= 0 and var at ? _topics[at] : null;

    /// <summary>Where a peer is, or the complement of where it belongs.</summary>
    private int IndexOf(PeerId id)
    {
        int low = 0, high = _peers.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = _peers[middle].Id.CompareTo(id);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }

    /// <summary>Where a topic is, or the complement of where it belongs.</summary>
    private int IndexOf(string name)
    {
        int low = 0, high = _topics.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = string.CompareOrdinal(_topics[middle].Name, name);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }

    /// <summary>Finds or makes a topic.</summary>
    /// <returns>Null when it is not allowed or there are too many.</returns>
    private GossipTopic? Topic(string name)
    {
        var at = IndexOf(name);
        if (at >= 0) return _topics[at];
        if (_topics.Count >= _options.Topics || _options.TopicAllowed?.Invoke(name) == false) return null;
        if (Encoding.UTF8.GetByteCount(name) is 0 or > GossipLimits.TopicBytes) return null;
        var topic = new GossipTopic(name);
        _topics.Insert(~at, topic);
        return topic;
    }

    private static string TopicRefused(string topic) => $"Topic {topic} is not allowed, its name is empty or too long, or there are too many.";

    private void ForgetIdleTopics() => _topics.RemoveAll(static t => t.IsIdle);

    private List<PeerId> Members(string topic, Func<GossipMember, bool> which)
    {
        var ids = new List<PeerId>();
        if (FindTopic(topic) is not { } state) return ids;
        foreach (var member in state.Members)
        {
            if (which(member)) ids.Add(member.Peer.Id);
        }

        return ids;
    }

    /// <summary>Gives a peer that comes back the score that it went with, decayed.</summary>
    private void Remember(GossipPeer peer, Instant now)
    {
        if (_retained is null || !_retained.TryGetValue(peer.Id, out var earlier)) return;
        _retained.Remove(peer.Id);
        Stir(now);
        peer.TakeScoreOf(earlier.Peer);
        if (peer.HasScore) Marked(peer);
        for (var beats = _beat - earlier.Beat; beats > 0 && peer.HasScore; beats--) peer.Decay(_options.Scoring);
    }
}
