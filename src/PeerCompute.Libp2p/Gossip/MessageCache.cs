// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Identity;

namespace PeerCompute.Libp2p.Gossip;

/// <summary>Accepted messages of the last heartbeats, for peers that ask (gossipsub v1.0, "Message Cache"). Bounded in number and bytes.</summary>
internal sealed class MessageCache(GossipOptions options)
{
    private OrderedMap<MessageId, Cached>? _messages;
    private int _bytes;

    public int Count => _messages?.Count ?? 0;

    public void Add(GossipMessage message, long beat)
    {
        _messages ??= new OrderedMap<MessageId, Cached>(options.Cached);
        while (_messages.Count > 0 && (_messages.IsFull || _bytes + message.Bytes.Length > options.CachedBytes)) RemoveFirst();
        if (_messages.TryAdd(message.Id, new Cached(message, beat))) _bytes += message.Bytes.Length;
    }

    /// <summary>Forgets what is older than the history.</summary>
    public void Shift(long beat)
    {
        while (_messages is { Count: > 0 } && beat - _messages.First.Value.Beat >= options.History) RemoveFirst();
    }

    /// <summary>Ids to tell others of, by topic. One look at each message, however many topics strangers subscribe to.</summary>
    public IReadOnlyList<GossipHave> Recent(long beat)
    {
        if (_messages is null || _messages.Count == 0) return [];
        var topics = new List<(string Topic, ImmutableArray<MessageId>.Builder Ids)>();
        foreach (var (id, cached) in _messages)
        {
            if (beat - cached.Beat >= options.HistoryGossip) continue;
            var at = topics.FindIndex(t => t.Topic == cached.Message.Topic);
            if (at < 0)
            {
                at = topics.Count;
                topics.Add((cached.Message.Topic, ImmutableArray.CreateBuilder<MessageId>()));
            }

            if (topics[at].Ids.Count < GossipLimits.Ids) topics[at].Ids.Add(id);
        }

        return topics.ConvertAll(t => new GossipHave(t.Topic, t.Ids.DrainToImmutable()));
    }

    /// <summary>A message for a peer that asks for it.</summary>
    /// <returns>False when it is not there, or was sent to the peer often enough.</returns>
    public bool TryTake(MessageId id, PeerId peer, [NotNullWhen(true)] out GossipMessage? message)
    {
        message = null;
        if (_messages is null || !_messages.TryGetValue(id, out var cached)) return false;
        var sent = cached.Sent ??= [];
        var at = sent.FindIndex(s => s.Peer == peer);
        if (at < 0)
        {
            at = sent.Count;
            sent.Add((peer, 0));
        }

        if (sent[at].Times >= options.Retransmissions) return false;
        sent[at] = (peer, sent[at].Times + 1);
        message = cached.Message;
        return true;
    }

    private void RemoveFirst()
    {
        var (id, cached) = _messages!.First;
        _messages.Remove(id);
        _bytes -= cached.Message.Bytes.Length;
    }

    private sealed class Cached(GossipMessage message, long beat)
    {
        public GossipMessage Message { get; } = message;

        public long Beat { get; } = beat;

        /// <summary>How often it was sent to whom that asked; as many peers as were connected within the history.</summary>
        public List<(PeerId Peer, int Times)>? Sent { get; set; }
    }
}
