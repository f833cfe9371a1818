// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Chance;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Identity;
using PeerCompute.Base.Time;

namespace PeerCompute.Libp2p.Gossip;

/// <summary>
/// Who has promised which message by IHAVE and was asked for it (gossipsub v1.1, P7): one id of each IWANT, drawn by chance, is watched.
/// </summary>
internal sealed class GossipPromises
{
    // More are not watched; what is watched lasts seconds.
    private const int Most = 1024;

    private OrderedMap<MessageId, List<Promise>>? _promises;

    public bool IsEmpty => _promises is null or { Count: 0 };

    public void Add(PeerId peer, List<MessageId> ids, Choices choices, Instant until)
    {
        _promises ??= new OrderedMap<MessageId, List<Promise>>(Most);
        var id = ids[choices.Below(ids.Count)];
        if (!_promises.TryGetValue(id, out var promises))
        {
            if (!_promises.TryAdd(id, promises = [])) return;
        }

        if (!promises.Exists(p => p.Peer == peer)) promises.Add(new Promise(peer, until));
    }

    /// <summary>The message came, from whomever.</summary>
    public void Kept(MessageId id) => _promises?.Remove(id);

    /// <summary>Takes out what is overdue.</summary>
    /// <returns>Who broke a promise; once for each.</returns>
    public IReadOnlyList<PeerId> Broken(Instant now)
    {
        if (_promises is null || _promises.Count == 0) return [];
        var broken = new List<PeerId>();
        var empty = new List<MessageId>();
        foreach (var (id, promises) in _promises)
        {
            foreach (var promise in promises)
            {
                if (promise.Until <= now) broken.Add(promise.Peer);
            }

            promises.RemoveAll(p => p.Until <= now);
            if (promises.Count == 0) empty.Add(id);
        }

        foreach (var id in empty) _promises.Remove(id);
        return broken;
    }

    private readonly record struct Promise(PeerId Peer, Instant Until);
}
