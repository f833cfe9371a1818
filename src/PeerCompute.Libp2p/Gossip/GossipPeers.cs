// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Identity;

namespace PeerCompute.Libp2p.Gossip;

/// <summary>
/// The connected peers in the order of their ids: a router of a quiet node must stay small, and such an order is the same everywhere. The first words of the ids
/// lie side by side, so that looking one up does not touch the others.
/// </summary>
internal sealed class GossipPeers
{
    private readonly List<GossipPeer> _peers = [];
    private readonly List<ulong> _words = [];

    public int Count => _peers.Count;

    public GossipPeer this[int at] => _peers[at];

    /// <summary>A peer by its id, or null.</summary>
    public GossipPeer? Find(PeerId id) => IndexOf(id) is >= 0 and var at ? _peers[at] : null;

    /// <summary>Where a peer is, or the complement of where it belongs.</summary>
    public int IndexOf(PeerId id)
    {
        var word = id.FirstWord;
        int low = 0, high = _words.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = _words[middle].CompareTo(word);
            if (order == 0) order = _peers[middle].Id.CompareTo(id);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return ~low;
    }

    public void Insert(int at, GossipPeer peer)
    {
        _peers.Insert(at, peer);
        _words.Insert(at, peer.Id.FirstWord);
    }

    public void RemoveAt(int at)
    {
        _peers.RemoveAt(at);
        _words.RemoveAt(at);
    }

    public List<GossipPeer>.Enumerator GetEnumerator() => _peers.GetEnumerator();
}
