// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;

namespace PeerCompute.Base.Crypto;

/// <summary>
/// Merkle trees of the shape of RFC 6962 (section 2.1): leaves and nodes hash under different prefixes, and a tree splits at the largest
/// power of two below its size.
/// </summary>
public static class MerkleTree
{
    /// <summary>Bytes of a leaf that are copied without asking the collector for room: a page of memory.</summary>
    private const int LargestOnStack = 4_096;

    /// <summary>The hash of a leaf.</summary>
    /// <param name="content">Its content.</param>
    /// <returns>SHA-256(0x00 ‖ content).</returns>
    public static Hash32 Leaf(ReadOnlySpan<byte> content)
    {
        Span<byte> bytes = content.Length <= LargestOnStack ? stackalloc byte[content.Length + 1] : new byte[content.Length + 1];
        bytes[0] = 0;
        content.CopyTo(bytes[1..]);
        return Hash32.Of(bytes);
    }

    /// <summary>The root over leaf hashes.</summary>
    /// <param name="leaves">Hashes by <see cref="Leaf"/>, in order.</param>
    /// <returns>The root; SHA-256 of nothing for no leaves.</returns>
    public static Hash32 Root(ReadOnlySpan<Hash32> leaves)
    {
        if (leaves.Length == 0) return Hash32.Of([]);
        if (leaves.Length == 1) return leaves[0];
        var split = Split(leaves.Length);
        return Node(Root(leaves[..split]), Root(leaves[split..]));
    }

    /// <summary>The inclusion proof of one leaf.</summary>
    /// <param name="leaves">All leaf hashes.</param>
    /// <param name="index">Which leaf, 0 to count - 1.</param>
    /// <returns>Sibling hashes from the leaf up, at most 31.</returns>
    public static Hash32[] Proof(ReadOnlySpan<Hash32> leaves, int index)
    {
        Invariant.Check(index >= 0 && index < leaves.Length);
        var proof = new List<Hash32>();
        AddPath(leaves, index, proof);
        return [.. proof];
    }

    /// <summary>Checks an inclusion proof. Never throws on a stranger's values.</summary>
    /// <param name="root">The root.</param>
    /// <param name="leaf">The leaf's hash.</param>
    /// <param name="index">Where it should be.</param>
    /// <param name="count">Leaves of the tree.</param>
    /// <param name="proof">Sibling hashes from the leaf up.</param>
    /// <returns>True when the leaf is there.</returns>
    public static bool VerifyProof(Hash32 root, Hash32 leaf, int index, int count, ReadOnlySpan<Hash32> proof) =>
        RootOf(leaf, index, count, proof) == root;

    /// <summary>The root that an inclusion proof leads to (RFC 9162 section 2.1.3.2). Never throws on a stranger's values.</summary>
    /// <param name="leaf">The leaf's hash.</param>
    /// <param name="index">Where it should be.</param>
    /// <param name="count">Leaves of the tree.</param>
    /// <param name="proof">Sibling hashes from the leaf up.</param>
    /// <returns>The root, or null where a proof of a tree of this size cannot have this length.</returns>
    public static Hash32? RootOf(Hash32 leaf, int index, int count, ReadOnlySpan<Hash32> proof)
    {
        if (index < 0 || index >= count) return null;
        var (at, last, hash) = (index, count - 1, leaf);
        foreach (var sibling in proof)
        {
            if (last == 0) return null;
            if ((at & 1) == 1 || at == last)
            {
                hash = Node(sibling, hash);
                while ((at & 1) == 0 && at != 0) (at, last) = (at >> 1, last >> 1);
            }
            else
            {
                hash = Node(hash, sibling);
            }

            (at, last) = (at >> 1, last >> 1);
        }

        return last == 0 ? hash : null;
    }

    /// <summary>The hash of an inner node.</summary>
    /// <param name="left">Its left child.</param>
    /// <param name="right">Its right child.</param>
    /// <returns>SHA-256(0x01 ‖ left ‖ right).</returns>
    public static Hash32 Node(Hash32 left, Hash32 right)
    {
        Span<byte> bytes = stackalloc byte[65];
        bytes[0] = 1;
        left.CopyTo(bytes[1..]);
        right.CopyTo(bytes[33..]);
        return Hash32.Of(bytes);
    }

    private static void AddPath(ReadOnlySpan<Hash32> leaves, int index, List<Hash32> proof)
    {
        if (leaves.Length == 1) return;
        var split = Split(leaves.Length);
        var left = index < split;
        AddPath(left ? leaves[..split] : leaves[split..], left ? index : index - split, proof);
        proof.Add(Root(left ? leaves[split..] : leaves[..split]));
    }

    private static int Split(int count) => 1 << (31 - int.LeadingZeroCount(count - 1));
}
