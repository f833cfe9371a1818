// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;

namespace PeerCompute.Base.States;

/// <summary>A node of a <see cref="PageTree"/>: a page, or two nodes.</summary>
internal sealed class PageNode
{
    private PageNode(Hash32 hash) => Hash = hash;

    public Hash32 Hash { get; }

    public PageNode? Left { get; private init; }

    public PageNode? Right { get; private init; }

    public byte[]? Page { get; private init; }

    public static PageNode Leaf(byte[] page) => new(MerkleTree.Leaf(page)) { Page = page };

    public static PageNode Inner(PageNode left, PageNode right) => new(MerkleTree.Node(left.Hash, right.Hash)) { Left = left, Right = right };
}
