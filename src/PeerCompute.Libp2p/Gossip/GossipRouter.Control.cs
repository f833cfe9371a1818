// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Time;

namespace PeerCompute.Libp2p.Gossip;

/// <content>What peers say about meshes and about messages that they have or want.</content>
public sealed partial class GossipRouter
{
    private void TakeSubscription(GossipPeer peer, GossipSubscription said)
    {
        if (said.Subscribe)
        {
            if (peer.Topics < _options.TopicsPerPeer && Topic(said.Topic)?.Add(peer) == true) peer.Topics++;
        }
        else if (FindTopic(said.Topic) is { } topic && topic.Remove(peer))
        {
            peer.Topics--;
            if (topic.IsIdle) _topics.Remove(topic);
        }
    }

    /// <summary>Asks for what is new (gossipsub v1.1, "Spam Protection Measures": so many IHAVEs and ids between heartbeats).</summary>
    private void TakeHaves(GossipPeer peer, ImmutableArray<GossipHave> haves, Instant now)
    {
        if (haves.IsEmpty || Score(peer) < _options.Scoring.GossipThreshold) return;
        var asked = new List<MessageId>();
        foreach (var (topic, ids) in haves)
        {
            if (!Marked(peer).TryHave(_options)) break;
            if (FindTopic(topic) is not { Joined: true }) continue;
            foreach (var id in ids)
            {
                if (id.Author == _self || _seen.Contains(id) || _seen.IsOld(id) || _flights.TryGet(id, out _)) continue;
                if (!peer.TryWant(_options)) break;
                _outbox.Want(peer, id);
                asked.Add(id);
            }
        }

        if (asked.Count > 0) _promises.Add(peer.Id, asked, _choices, now + _options.WantFollowUp);
    }

    private void TakeWants(GossipPeer peer, ImmutableArray<MessageId> wants)
    {
        if (wants.IsEmpty || Score(peer) < _options.Scoring.GossipThreshold) return;
        foreach (var id in wants)
        {
            if (!_cache.TryTake(id, peer.Id, out var message)) continue;
            if (!Marked(peer).TryAnswer(_options, message.Bytes.Length)) break;
            _outbox.Message(peer, message);
        }
    }

    /// <summary>gossipsub v1.2: who has a message already gets no copy when it goes on.</summary>
    private void TakeDontWants(GossipPeer peer, ImmutableArray<MessageId> ids)
    {
        if (ids.IsEmpty || Score(peer) < _options.Scoring.GossipThreshold) return;
        foreach (var id in ids)
        {
            if (!Marked(peer).TryDontWant(_options)) break;
            _refusals.Add(id, peer, _beat);
        }
    }

    /// <summary>Tells the others in the mesh at once, before a message is checked, that no copy of theirs is needed.</summary>
    private void SendDontWant(GossipTopic topic, GossipPeer from, MessageId id, List<GossipEffect> effects)
    {
        GossipRpc? rpc = null;
        foreach (ref readonly var member in topic.Members)
        {
            if (member.Link != GossipLink.Mesh || ReferenceEquals(member.Peer, from) || member.Peer.Id == id.Author) continue;
            effects.Add(new GossipSend(member.Peer.Id, rpc ??= new GossipRpc { DontWants = [id] }));
        }
    }

    /// <summary>gossipsub v1.1, "Prune Backoff and Peer Exchange" and "Flood": a GRAFT in back-off costs score and is answered by a PRUNE.</summary>
    private void TakeGraft(GossipPeer peer, string name, Instant now)
    {
        // Of topics that are not ours nothing is said: an answer would help scanning (gossipsub v1.1, "GRAFT flood").
        if (FindTopic(name) is not { Joined: true } topic) return;
        if (topic.Add(peer)) peer.Topics++; // its GRAFT says that it subscribes
        if (topic.LinkOf(peer) == GossipLink.Mesh) return;
        var until = topic.BackoffOf(peer.Id);
        if (now < until)
        {
            var flooding = now < until + (_options.GraftFlood - _options.PruneBackoff);
            Marked(peer).Misbehaved(flooding ? 2 : 1);
            Refuse(topic, peer, now);
        }
        else if (Score(peer) < 0 || (topic.Count(GossipLink.Mesh) >= _options.DegreeHigh && !peer.Outbound))
        {
            Refuse(topic, peer, now);
        }
        else
        {
            topic.Link(peer, GossipLink.Mesh);
        }
    }

    private void TakePrune(GossipPeer peer, GossipPrune prune, Instant now)
    {
        if (FindTopic(prune.Topic) is not { Joined: true } topic) return;
        topic.Link(peer, GossipLink.None);
        var seconds = int.Min(prune.BackoffSeconds, GossipLimits.BackoffSeconds);
        topic.Backoff(peer.Id, now + (seconds == 0 ? _options.PruneBackoff : new TimeSpan(seconds * TimeSpan.TicksPerSecond)));
    }

    private void Refuse(GossipTopic topic, GossipPeer peer, Instant now)
    {
        topic.Backoff(peer.Id, now + _options.PruneBackoff);
        _outbox.Prune(peer, topic.Name, _options.PruneBackoff);
    }

    private void Graft(GossipTopic topic, GossipPeer peer)
    {
        topic.Link(peer, GossipLink.Mesh);
        _outbox.Graft(peer, topic.Name);
    }

    private void Cut(GossipTopic topic, GossipPeer peer, Instant now, TimeSpan backoff)
    {
        topic.Link(peer, GossipLink.None);
        topic.Backoff(peer.Id, now + backoff);
        _outbox.Prune(peer, topic.Name, backoff);
    }
}
