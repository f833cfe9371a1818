// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;

namespace PeerCompute.Libp2p.Gossip;

/// <summary>How a subscriber of a topic is linked with us.</summary>
internal enum GossipLink : byte
{
    /// <summary>It hears of messages by gossip at most.</summary>
    None,

    /// <summary>Messages go to it and come from it.</summary>
    Mesh,

    /// <summary>Our own messages go to it, though we are no subscriber.</summary>
    Fanout,
}

/// <summary>A connected subscriber of a topic.</summary>
internal record struct GossipMember(GossipPeer Peer, GossipLink Link);

/// <summary>A topic: who subscribes, who is in the mesh, who must not be grafted yet.</summary>
internal sealed class GossipTopic(string name)
{
    // Of peers that are gone as well, so that leaving and coming back does not help; the oldest goes early.
    private const int MostBackoffs = 1024;

    private readonly List<GossipMember> _members = [];
    private OrderedMap<PeerId, Instant>? _backoffs;

    public string Name { get; } = name;

    /// <summary>Whether we subscribe.</summary>
    public bool Joined { get; set; }

    /// <summary>Until when fanout links stand.</summary>
    public Instant FanoutUntil { get; set; }

    /// <summary>The connected subscribers. Links may be set; membership may not change meanwhile.</summary>
    public Span<GossipMember> Members => CollectionsMarshal.AsSpan(_members);

    /// <summary>Whether time changes nothing here: no back-off stands, no fanout ends.</summary>
    public bool IsStill => FanoutUntil == default && _backoffs is null or { Count: 0 };

    public bool IsIdle => !Joined && _members.Count == 0 && _backoffs is null or { Count: 0 };

    public bool Add(GossipPeer peer)
    {
        if (Find(peer) >= 0) return false;
        _members.Add(new GossipMember(peer, GossipLink.None));
        return true;
    }

    public bool Remove(GossipPeer peer)
    {
        var at = Find(peer);
        if (at < 0) return false;
        _members.RemoveAt(at);
        return true;
    }

    public GossipLink LinkOf(GossipPeer peer) => Find(peer) is >= 0 and var at ? _members[at].Link : GossipLink.None;

    /// <summary>Sets the link of a subscriber; who is none has no link.</summary>
    public void Link(GossipPeer peer, GossipLink link)
    {
        if (Find(peer) is >= 0 and var at) _members[at] = new GossipMember(peer, link);
    }

    public int Count(GossipLink link)
    {
        var count = 0;
        foreach (ref readonly var member in Members) count += member.Link == link ? 1 : 0;
        return count;
    }

    /// <summary>No GRAFT either way until then; a longer back-off stays.</summary>
    public void Backoff(PeerId peer, Instant until)
    {
        _backoffs ??= new OrderedMap<PeerId, Instant>(MostBackoffs);
        if (_backoffs.TryGetValue(peer, out var before) && before >= until) return;
        _backoffs.Remove(peer);
        if (_backoffs.IsFull) _backoffs.Remove(_backoffs.First.Key);
        _backoffs.TryAdd(peer, until);
    }

    /// <summary>Until when a peer must not be grafted; a moment in the past for most.</summary>
    public Instant BackoffOf(PeerId peer) => _backoffs is not null && _backoffs.TryGetValue(peer, out var until) ? until : default;

    public void ForgetBackoffs(Instant before)
    {
        if (_backoffs is null) return;
        var over = new List<PeerId>();
        foreach (var (peer, until) in _backoffs)
        {
            if (until < before) over.Add(peer);
        }

        foreach (var peer in over) _backoffs.Remove(peer);
    }

    private int Find(GossipPeer peer)
    {
        for (var i = 0; i < _members.Count; i++)
        {
            if (ReferenceEquals(_members[i].Peer, peer)) return i;
        }

        return -1;
    }
}
