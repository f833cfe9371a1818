// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Text;
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Base.States;

/// <summary>A folder as a list of its entries, sorted by the bytes of their paths, under one Merkle root.</summary>
public sealed class FolderManifest
{
    private readonly Hash32[] _leaves;

    /// <summary>Makes a manifest.</summary>
    /// <param name="entries">Entries, sorted by <see cref="Compare"/>, none twice.</param>
    public FolderManifest(ImmutableArray<FolderEntry> entries)
    {
        Entries = entries;
        _leaves = new Hash32[entries.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            Invariant.Check(i == 0 || Compare(entries[i - 1].Path, entries[i].Path) < 0);
            _leaves[i] = entries[i].Leaf();
        }

        Root = MerkleTree.Root(_leaves);
    }

    /// <summary>The entries, sorted.</summary>
    public ImmutableArray<FolderEntry> Entries { get; }

    /// <summary>The Merkle root over the entries; SHA-256 of nothing without any.</summary>
    public Hash32 Root { get; }

    /// <summary>The order of entries: by the bytes of their paths.</summary>
    /// <param name="left">A path.</param>
    /// <param name="right">Another.</param>
    /// <returns>As of comparers.</returns>
    public static int Compare(string left, string right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));

    /// <summary>Where a path stands.</summary>
    /// <param name="path">The path.</param>
    /// <returns>Its index, or a negative number.</returns>
    public int IndexOf(string path)
    {
        var (low, high) = (0, Entries.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var order = Compare(Entries[middle].Path, path);
            if (order == 0) return middle;
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    /// <summary>The path of an entry's leaf, for <see cref="MerkleTree.VerifyProof"/>.</summary>
    /// <param name="index">Which entry.</param>
    /// <returns>Hashes from the leaf up.</returns>
    public Hash32[] Proof(int index) => MerkleTree.Proof(_leaves, index);
}
