// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Collections;

namespace PeerCompute.Libp2p.Gossip;

/// <summary>Who wants no copy of which message (IDONTWANT, gossipsub v1.2). Only saves traffic: what does not fit is sent all the same.</summary>
internal sealed class GossipRefusals
{
    // The oldest goes early.
    private const int Most = 1024;

    // As in go-libp2p-pubsub (IDontWantMessageTTL): a message goes on long before.
    private const int Beats = 3;

    private OrderedMap<MessageId, Refusal>? _messages;

    public bool IsEmpty => _messages is null or { Count: 0 };

    public void Add(MessageId id, GossipPeer peer, long beat)
    {
        _messages ??= new OrderedMap<MessageId, Refusal>(Most);
        if (!_messages.TryGetValue(id, out var refusal))
        {
            if (_messages.IsFull) _messages.Remove(_messages.First.Key);
            _messages.TryAdd(id, refusal = new Refusal(beat, []));
        }

        if (!refusal.Peers.Contains(peer)) refusal.Peers.Add(peer);
    }

    public bool Contains(MessageId id, GossipPeer peer) =>
        _messages is { Count: > 0 } && _messages.TryGetValue(id, out var refusal) && refusal.Peers.Contains(peer);

    /// <summary>Forgets what is older than some heartbeats.</summary>
    public void Shift(long beat)
    {
        while (_messages is { Count: > 0 } && beat - _messages.First.Value.Beat >= Beats) _messages.Remove(_messages.First.Key);
    }

    /// <param name="Beat">When the first one refused.</param>
    /// <param name="Peers">At most as many as were connected meanwhile.</param>
    private sealed record Refusal(long Beat, List<GossipPeer> Peers);
}
