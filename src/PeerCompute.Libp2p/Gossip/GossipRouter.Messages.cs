// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;

namespace PeerCompute.Libp2p.Gossip;

/// <content>
/// The way of a message: size and limits, seen before?, signature, only then marked as seen (else a forger could suppress the true message), judged by the
/// application, sent on.
/// </content>
public sealed partial class GossipRouter
{
    /// <summary>Signs a message and sends it to the topic's peers.</summary>
    /// <param name="signer">Our key.</param>
    /// <param name="topic">Name of the topic; it need not be joined.</param>
    /// <param name="data">The payload; copied.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">What to do.</param>
    /// <returns>The message's id.</returns>
    /// <exception cref="PeerComputeException"><see cref="ErrorCode.LimitExceeded"/>: the payload is too long, or the topic is not allowed.</exception>
    public MessageId Publish(ISigner signer, string topic, ReadOnlySpan<byte> data, Instant now, List<GossipEffect> effects)
    {
        Invariant.Check(signer.PeerId == _self);
        if (data.Length > _options.DataBytes)
            throw new PeerComputeException(ErrorCode.LimitExceeded, $"A message of {data.Length} bytes cannot be published, limit {_options.DataBytes}.");
        var state = Topic(topic) ?? throw new PeerComputeException(ErrorCode.LimitExceeded, TopicRefused(topic));
        Stir(now);
        var message = GossipMessage.Sign(signer, ++_sequence, topic, data);
        _seen.Add(message.Id, now);
        _cache.Add(message, _beat);
        if (_options.FloodPublish && data.Length <= _options.FloodBytes) Flood(state, message, effects);
        else SendToMesh(state, message, now, effects);
        ForgetIdleTopics();
        return message.Id;
    }

    /// <summary>An RPC has come.</summary>
    /// <param name="from">From whom, proven by the connection.</param>
    /// <param name="rpc">The RPC.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">What to do.</param>
    public void Receive(PeerId from, GossipRpc rpc, Instant now, List<GossipEffect> effects)
    {
        if (FindPeer(from) is not { } peer || IsGraylisted(peer, effects)) return;
        if (!rpc.IsGreeting) Stir(now);
        foreach (var subscription in rpc.Subscriptions) TakeSubscription(peer, subscription);
        foreach (var message in rpc.Messages) Take(peer, message, now, effects);
        TakeDontWants(peer, rpc.DontWants);
        TakeHaves(peer, rpc.Haves, now);
        TakeWants(peer, rpc.Wants);
        foreach (var topic in rpc.Grafts) TakeGraft(peer, topic, now);
        foreach (var prune in rpc.Prunes) TakePrune(peer, prune, now);
        _outbox.Flush(effects);
        IsGraylisted(peer, effects);
    }

    /// <summary>A peer sent an RPC that could not be decoded.</summary>
    /// <param name="from">Who.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">What to do.</param>
    public void Malformed(PeerId from, Instant now, List<GossipEffect> effects)
    {
        if (FindPeer(from) is not { } peer) return;
        Stir(now);
        Marked(peer).Invalid();
        IsGraylisted(peer, effects);
    }

    /// <summary>The answer to <see cref="GossipCheck"/>.</summary>
    /// <param name="message">The very object that was asked about.</param>
    /// <param name="good">Whether its author signed it.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">What to do.</param>
    public void Checked(GossipMessage message, bool good, Instant now, List<GossipEffect> effects)
    {
        if (_flights.Of(message) is not { Judging: false } flight) return;
        if (!good)
        {
            _flights.Remove(flight);
            foreach (var sender in flight.Senders) Accuse(sender); // an honest peer checks before it sends on
            return;
        }

        _flights.Proven(flight);
        _seen.Add(message.Id, now);
        _promises.Kept(message.Id);
        effects.Add(new GossipDeliver(message, flight.Senders[0].Id));
    }

    /// <summary>The answer to <see cref="GossipDeliver"/>.</summary>
    /// <param name="id">The message.</param>
    /// <param name="verdict">What becomes of it.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">What to do.</param>
    public void Judge(MessageId id, GossipVerdict verdict, Instant now, List<GossipEffect> effects)
    {
        if (!_flights.TryGet(id, out var flight) || !flight.Judging) return;
        _flights.Remove(flight);
        if (verdict == GossipVerdict.Reject)
        {
            foreach (var sender in flight.Senders) Accuse(sender);
        }

        if (verdict != GossipVerdict.Accept) return;
        _cache.Add(flight.Message, _beat);
        if (FindTopic(flight.Message.Topic) is not { Joined: true } topic) return;
        GossipRpc? rpc = null;
        foreach (ref readonly var member in topic.Members)
        {
            if (member.Link != GossipLink.Mesh || member.Peer.Id == id.Author || flight.Senders.Contains(member.Peer)) continue;
            if (_refusals.Contains(id, member.Peer)) continue;
            effects.Add(new GossipSend(member.Peer.Id, rpc ??= new GossipRpc { Messages = [flight.Message] }));
        }
    }

    private void Take(GossipPeer peer, GossipMessage message, Instant now, List<GossipEffect> effects)
    {
        if (FindTopic(message.Topic) is not { Joined: true } topic) return;
        if (message.Data.Length > _options.DataBytes)
        {
            Marked(peer).Invalid();
            return;
        }

        if (message.Id.Author == _self) return;
        if (_seen.Contains(message.Id))
        {
            if (_flights.TryGet(message.Id, out var judged)) judged.AddSender(peer);
            return;
        }

        if (_seen.IsOld(message.Id) || IsBeingChecked(peer, message)) return;
        if (!peer.TryMessage(_options, now) || !_flights.TryAdd(message, peer, now)) return;
        if (message.Data.Length >= _options.DontWantBytes) SendDontWant(topic, peer, message.Id, effects);
        effects.Add(new GossipCheck(message));
    }

    private bool IsBeingChecked(GossipPeer peer, GossipMessage message)
    {
        _flights.TryGet(message.Id, out var flight);
        for (; flight is not null; flight = flight.Rival)
        {
            if (!ReferenceEquals(flight.Message, message) && !flight.Message.Bytes.Span.SequenceEqual(message.Bytes.Span)) continue;
            flight.AddSender(peer);
            return true;
        }

        return false;
    }

    private void Flood(GossipTopic topic, GossipMessage message, List<GossipEffect> effects)
    {
        GossipRpc? rpc = null;
        foreach (ref readonly var member in topic.Members)
        {
            if (Score(member.Peer) < _options.Scoring.PublishThreshold) continue;
            effects.Add(new GossipSend(member.Peer.Id, rpc ??= new GossipRpc { Messages = [message] }));
        }
    }

    private void SendToMesh(GossipTopic topic, GossipMessage message, Instant now, List<GossipEffect> effects)
    {
        if (!topic.Joined)
        {
            topic.FanoutUntil = now + _options.FanoutTtl;
            FillFanout(topic);
        }

        var rpc = new GossipRpc { Messages = [message] };
        foreach (ref readonly var member in topic.Members)
        {
            if (member.Link != GossipLink.None) effects.Add(new GossipSend(member.Peer.Id, rpc));
        }
    }

    /// <summary>Of who is gone meanwhile the score stays as it was remembered.</summary>
    private void Accuse(GossipPeer sender)
    {
        if (ReferenceEquals(FindPeer(sender.Id), sender)) Marked(sender).Invalid();
        else sender.Invalid();
    }

    private bool IsGraylisted(GossipPeer peer, List<GossipEffect> effects)
    {
        if (Score(peer) >= _options.Scoring.GraylistThreshold) return false;
        if (!peer.Dropped) effects.Add(new GossipDrop(peer.Id, "its score fell below the graylist threshold"));
        peer.Dropped = true;
        return true;
    }
}
