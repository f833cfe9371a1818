// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using PeerCompute.Base.Time;

namespace PeerCompute.Libp2p.Gossip;

/// <content>What happens once a second: scores decay, meshes are mended, recent messages are told of.</content>
public sealed partial class GossipRouter
{
    // Back-offs are looked through as seldom as in go-libp2p-pubsub.
    private const int BeatsBetweenCleanings = 15;

    /// <summary>Heartbeats begin again, when they would have come without the rest: what happens now may need them.</summary>
    private void Stir(Instant now)
    {
        if (!_resting) return;
        _resting = false;
        if (now < _nextBeat) return;
        var slept = ((now - _nextBeat).Ticks / _options.Heartbeat.Ticks) + 1;
        _beat += slept;
        _nextBeat += new TimeSpan(slept * _options.Heartbeat.Ticks);
    }

    /// <returns>Whether the next one has something to do, as far as can be said now.</returns>
    private bool Beat(Instant now)
    {
        _beat++;
        foreach (var peer in _marked) peer.Beat(_options.Scoring);
        _marked.RemoveAll(static peer => !(peer.Marked = peer.HasScore));
        foreach (var breaker in _promises.Broken(now))
        {
            if (FindPeer(breaker) is { } peer) Marked(peer).Misbehaved();
        }

        if (_beat % BeatsBetweenCleanings == 0)
        {
            foreach (var topic in _topics) topic.ForgetBackoffs(now + -_options.Heartbeat);
            ForgetIdleTopics();
        }

        var mended = true;
        foreach (var topic in _topics)
        {
            if (topic.Joined) mended &= MendMesh(topic, now);
            else MendFanout(topic, now);
            mended &= topic.IsStill;
        }

        foreach (var have in _cache.Recent(_beat)) Tell(have);
        _cache.Shift(_beat);
        _seen.Expire(now);
        _refusals.Shift(_beat);
        _flights.Expire(now);
        return !mended || _marked.Count + _seen.Count + _cache.Count + _flights.Count > 0 || !_promises.IsEmpty || !_refusals.IsEmpty;
    }

    /// <summary>A peer of which something is counted: the heartbeats forget it again. Most peers are quiet, and are not looked at.</summary>
    private GossipPeer Marked(GossipPeer peer)
    {
        if (peer.Marked) return peer;
        peer.Marked = true;
        _marked.Add(peer);
        return peer;
    }

    /// <returns>Whether it had as many links as it should.</returns>
    private bool MendMesh(GossipTopic topic, Instant now)
    {
        int links = 0, outbound = 0;
        foreach (ref readonly var member in topic.Members)
        {
            if (member.Link != GossipLink.Mesh) continue;
            if (Score(member.Peer) < 0)
            {
                Cut(topic, member.Peer, now, _options.PruneBackoff);
                continue;
            }

            links++;
            outbound += member.Peer.Outbound ? 1 : 0;
        }

        if (links < _options.DegreeLow) FillMesh(topic, now, _options.Degree - links);
        else if (links > _options.DegreeHigh) CutBack(topic, now);
        else if (outbound < _options.DegreeOut) FillMesh(topic, now, _options.DegreeOut - outbound, outboundOnly: true);
        else return true;
        return false;
    }

    private void FillMesh(GossipTopic topic, Instant now, int most, bool outboundOnly = false)
    {
        if (topic.Members.Length <= topic.Count(GossipLink.Mesh)) return;
        var candidates = new List<GossipPeer>();
        foreach (ref readonly var member in topic.Members)
        {
            var (peer, link) = member;
            if (link == GossipLink.Mesh || (outboundOnly && !peer.Outbound)) continue;
            if (MayGraft(topic, peer, now)) candidates.Add(peer);
        }

        foreach (var peer in Drawn(candidates, most)) Graft(topic, peer);
    }

    /// <summary>Keeps the best, then some by chance, among them enough that we dialled (gossipsub v1.1, "Outbound Mesh Quotas").</summary>
    private void CutBack(GossipTopic topic, Instant now)
    {
        var mesh = new List<GossipPeer>();
        foreach (ref readonly var member in topic.Members)
        {
            if (member.Link == GossipLink.Mesh) mesh.Add(member.Peer);
        }

        mesh = Drawn(mesh, mesh.Count);
        mesh = [.. mesh.OrderByDescending(Score)]; // stable: chance decides among equals
        var kept = mesh[.._options.DegreeScore];
        var rest = Drawn(mesh[_options.DegreeScore..], mesh.Count);
        var missing = _options.DegreeOut - kept.Count(p => p.Outbound);
        kept.AddRange(rest.Where(p => p.Outbound).Take(int.Max(0, missing)).ToList());
        foreach (var peer in rest)
        {
            if (kept.Contains(peer)) continue;
            if (kept.Count < _options.Degree) kept.Add(peer);
            else Cut(topic, peer, now, _options.PruneBackoff);
        }
    }

    private void MendFanout(GossipTopic topic, Instant now)
    {
        if (topic.FanoutUntil == default) return;
        if (topic.FanoutUntil > now)
        {
            FillFanout(topic);
            return;
        }

        topic.FanoutUntil = default;
        foreach (ref var member in topic.Members) member.Link = GossipLink.None;
    }

    private void FillFanout(GossipTopic topic)
    {
        var links = 0;
        var candidates = new List<GossipPeer>();
        foreach (ref var member in topic.Members)
        {
            var good = Score(member.Peer) >= _options.Scoring.PublishThreshold;
            if (member.Link == GossipLink.Fanout && !good) member.Link = GossipLink.None;
            if (member.Link == GossipLink.Fanout) links++;
            else if (good) candidates.Add(member.Peer);
        }

        if (links >= _options.Degree) return;
        foreach (var peer in Drawn(candidates, _options.Degree - links)) topic.Link(peer, GossipLink.Fanout);
    }

    /// <summary>Whom we published to when we were no subscriber comes first into the mesh (gossipsub v1.0, "JOIN").</summary>
    private void AdoptFanout(GossipTopic topic, Instant now)
    {
        topic.FanoutUntil = default;
        foreach (ref var member in topic.Members)
        {
            if (member.Link != GossipLink.Fanout) continue;
            member.Link = GossipLink.None;
            if (MayGraft(topic, member.Peer, now)) Graft(topic, member.Peer);
        }
    }

    /// <summary>Whether its score is not bad and no back-off stands, with a heartbeat of slack.</summary>
    private bool MayGraft(GossipTopic topic, GossipPeer peer, Instant now)
    {
        if (Score(peer) < 0) return false;
        var until = topic.BackoffOf(peer.Id);
        return until == default || until + _options.Heartbeat <= now;
    }

    /// <summary>IHAVE to some of those that are not in the mesh (gossipsub v1.1, "Adaptive Gossip Dissemination").</summary>
    private void Tell(GossipHave have)
    {
        if (FindTopic(have.Topic) is not { } topic) return;
        var candidates = new List<GossipPeer>();
        foreach (ref readonly var member in topic.Members)
        {
            if (member.Link == GossipLink.None && Score(member.Peer) >= _options.Scoring.GossipThreshold) candidates.Add(member.Peer);
        }

        var most = int.Max(_options.DegreeLazy, candidates.Count / _options.GossipShare);
        foreach (var peer in Drawn(candidates, most)) _outbox.Have(peer, have);
    }

    /// <summary>So many of the candidates, drawn by chance.</summary>
    private List<GossipPeer> Drawn(List<GossipPeer> candidates, int most)
    {
        _choices.Shuffle(CollectionsMarshal.AsSpan(candidates));
        if (candidates.Count > most) candidates.RemoveRange(most, candidates.Count - most);
        return candidates;
    }
}
