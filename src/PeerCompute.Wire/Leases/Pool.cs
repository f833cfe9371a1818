// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;
using PeerCompute.Base.Errors;
using PeerCompute.Base.Identity;
using PeerCompute.Wire.Common;

namespace PeerCompute.Wire.Leases;

/// <summary>The workers that replicas of a lease are drawn from: who had bid when it was awarded. Both sides sign its root.</summary>
public sealed class Pool
{
    private Pool(ImmutableArray<PeerId> members)
    {
        Members = members;
        var leaves = new Hash32[members.Length];
        for (var i = 0; i < leaves.Length; i++) leaves[i] = MerkleTree.Leaf(members[i].ToBytes());
        Root = MerkleTree.Root(leaves);
    }

    /// <summary>The pool of a lease that nobody is drawn for.</summary>
    public static Pool Empty { get; } = new([]);

    /// <summary>The members, ascending.</summary>
    public ImmutableArray<PeerId> Members { get; }

    /// <summary>Merkle root over the members.</summary>
    public Hash32 Root { get; }

    /// <summary>A pool of the given workers.</summary>
    /// <param name="members">At most <see cref="WireLimits.PoolMembers"/>, in any order, each once.</param>
    /// <returns>The pool.</returns>
    public static Pool Of(IEnumerable<PeerId> members)
    {
        var sorted = new SortedSet<PeerId>(members);
        return sorted.Count == 0 ? Empty : new Pool([.. sorted]);
    }

    /// <summary>Whether a worker is in the pool.</summary>
    /// <param name="peer">The worker.</param>
    /// <returns>True when it is.</returns>
    public bool Contains(PeerId peer) => Members.BinarySearch(peer) >= 0;

    internal static Pool From(IReadOnlyList<Google.Protobuf.ByteString> members)
    {
        var peers = Canonical.List(members, WireLimits.PoolMembers, "award.pool", Canonical.Peer);
        for (var i = 1; i < peers.Length; i++)
        {
            if (peers[i - 1].CompareTo(peers[i]) >= 0) throw new WireException($"award.pool[{i}]", "members stand once each, ascending");
        }

        return peers.IsEmpty ? Empty : new Pool(peers);
    }
}
