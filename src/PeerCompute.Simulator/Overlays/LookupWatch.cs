// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Identity;
using PeerCompute.Libp2p.Kademlia;

namespace PeerCompute.Simulator.Overlays;

/// <summary>
/// Follows one lookup from outside: how many hops away each peer was heard of. What the own table names is at hop 1, what a peer of hop h names is at
/// h + 1.
/// </summary>
internal sealed class LookupWatch(long query, Hash32 target, long began)
{
    private readonly Dictionary<PeerId, int> _heardAt = [];

    public long Query { get; } = query;

    public Hash32 Target { get; } = target;

    public long Began { get; } = began;

    /// <summary>The hop of the farthest peer that answered.</summary>
    public int Walked { get; private set; }

    /// <summary>A peer answered.</summary>
    public void Answered(PeerId from, KadMessage response)
    {
        var hop = _heardAt.GetValueOrDefault(from, 1);
        Walked = Math.Max(Walked, hop);
        foreach (var peer in response.CloserPeers)
        {
            if (!_heardAt.TryGetValue(peer.Id, out var before) || before > hop + 1) _heardAt[peer.Id] = hop + 1;
        }
    }

    /// <summary>A peer of the own table is asked: it was known before anybody named it.</summary>
    public void Asked(PeerId peer) => _heardAt.TryAdd(peer, 1);

    /// <summary>Hops until all of some peers were known.</summary>
    public int Depth(IEnumerable<PeerId> peers)
    {
        var depth = 0;
        foreach (var peer in peers) depth = Math.Max(depth, _heardAt.GetValueOrDefault(peer, 1));
        return depth;
    }
}
