// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Base.States;

/// <summary>
/// Up to 4 GiB in pages of 4 KiB under a Merkle tree (<see cref="MerkleTree"/>) of a fixed height: what was never written is zero pages. It never
/// changes: a new one shares with the old one all that is equal, so a history costs what changed, and so does finding what changed. Zeros cost nothing.
/// </summary>
public sealed class PageTree
{
    /// <summary>Bytes of a page.</summary>
    public const int PageBytes = 4_096;

    /// <summary>Levels of nodes above the pages.</summary>
    public const int Height = 20;

    /// <summary>Pages of a tree.</summary>
    public const int Pages = 1 << Height;

    private static readonly PageNode[] Zeros = MakeZeros();

    private readonly PageNode _root;

    private PageTree(PageNode root) => _root = root;

    /// <summary>The tree of zeros alone.</summary>
    public static PageTree Empty { get; } = new(Zeros[Height]);

    /// <summary>The root hash: of 2^20 leaves, each a whole page.</summary>
    public Hash32 Root => _root.Hash;

    /// <summary>Pages that a number of bytes takes.</summary>
    /// <param name="bytes">0 to 4 GiB.</param>
    /// <returns>0 to <see cref="Pages"/>.</returns>
    public static int Count(long bytes)
    {
        Invariant.Check(bytes is >= 0 and <= (long)Pages * PageBytes);
        return (int)((bytes + PageBytes - 1) / PageBytes);
    }

    /// <summary>The tree of what the source holds now. Pages that are equal to those of this tree are shared, not hashed.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="length">How many there are, 0 to 4 GiB.</param>
    /// <returns>This, where nothing changed.</returns>
    public PageTree Capture(IPageSource source, long length)
    {
        var root = Capture(_root, Height, source, 0, Count(length));
        return ReferenceEquals(root, _root) ? this : new PageTree(root);
    }

    /// <summary>The tree with one page replaced.</summary>
    /// <param name="index">Which, 0 to <see cref="Pages"/> - 1.</param>
    /// <param name="page">At most <see cref="PageBytes"/>; what is missing is zeros.</param>
    /// <returns>This, where it is equal.</returns>
    public PageTree With(int index, ReadOnlySpan<byte> page)
    {
        Invariant.Check(index is >= 0 and < Pages);
        var root = Replace(_root, Height, index, page);
        return ReferenceEquals(root, _root) ? this : new PageTree(root);
    }

    /// <summary>A page.</summary>
    /// <param name="index">Which, 0 to <see cref="Pages"/> - 1.</param>
    /// <returns>Its <see cref="PageBytes"/>.</returns>
    public ReadOnlySpan<byte> Page(int index) => Leaf(index).Page!;

    /// <summary>Whether a page is all zeros.</summary>
    /// <param name="index">Which, 0 to <see cref="Pages"/> - 1.</param>
    /// <returns>True when it is.</returns>
    public bool IsZero(int index) => ReferenceEquals(Leaf(index), Zeros[0]);

    /// <summary>Whether all bytes from some place on are zeros.</summary>
    /// <param name="length">Bytes in front, 0 to 4 GiB.</param>
    /// <returns>True when they are.</returns>
    public bool IsZeroFrom(long length)
    {
        var pages = Count(length);
        var tail = (int)(length % PageBytes);
        return IsZeroFrom(_root, Height, 0, pages) && (tail == 0 || Page(pages - 1)[tail..].IndexOfAnyExcept((byte)0) < 0);
    }

    /// <summary>The pages in which this tree differs from another, found without looking at those that both share.</summary>
    /// <param name="other">The other.</param>
    /// <returns>Indices, rising.</returns>
    public List<int> Differences(PageTree other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var found = new List<int>();
        Compare(_root, other._root, Height, 0, found);
        return found;
    }

    /// <summary>The path of a page, to be checked with <see cref="MerkleTree.VerifyProof"/> among <see cref="Pages"/> leaves.</summary>
    /// <param name="index">Which, 0 to <see cref="Pages"/> - 1.</param>
    /// <returns><see cref="Height"/> hashes from the page up.</returns>
    public Hash32[] Proof(int index)
    {
        Invariant.Check(index is >= 0 and < Pages);
        var proof = new Hash32[Height];
        var node = _root;
        for (var height = Height - 1; height >= 0; height--)
        {
            var right = (index >> height & 1) != 0;
            proof[height] = (right ? node.Left : node.Right)!.Hash;
            node = (right ? node.Right : node.Left)!;
        }

        return proof;
    }

    /// <summary>The hash of a node of zeros.</summary>
    internal static Hash32 ZerosAt(int height) => Zeros[height].Hash;

    private static PageNode[] MakeZeros()
    {
        var zeros = new PageNode[Height + 1];
        zeros[0] = PageNode.Leaf(new byte[PageBytes]);
        for (var i = 1; i <= Height; i++) zeros[i] = PageNode.Inner(zeros[i - 1], zeros[i - 1]);
        return zeros;
    }

    private static PageNode Capture(PageNode old, int height, IPageSource source, int first, int end)
    {
        if (first >= end) return Zeros[height];
        if (height == 0) return Renew(old, source.Page(first));
        if (ReferenceEquals(old, Zeros[height]) && IsZero(source, first, Math.Min(end, first + (1 << height)))) return old;
        var left = Capture(old.Left!, height - 1, source, first, end);
        var right = Capture(old.Right!, height - 1, source, first + (1 << (height - 1)), end);
        return Join(old, height, left, right);
    }

    private static PageNode Replace(PageNode old, int height, int index, ReadOnlySpan<byte> page)
    {
        if (height == 0) return Renew(old, page);
        return (index >> (height - 1) & 1) == 0
            ? Join(old, height, Replace(old.Left!, height - 1, index, page), old.Right!)
            : Join(old, height, old.Left!, Replace(old.Right!, height - 1, index, page));
    }

    private static PageNode Join(PageNode old, int height, PageNode left, PageNode right)
    {
        if (ReferenceEquals(left, old.Left) && ReferenceEquals(right, old.Right)) return old;
        var zero = Zeros[height];
        return ReferenceEquals(left, zero.Left) && ReferenceEquals(right, zero.Right) ? zero : PageNode.Inner(left, right);
    }

    private static PageNode Renew(PageNode old, ReadOnlySpan<byte> page)
    {
        if (page.SequenceEqual(old.Page.AsSpan(0, page.Length)) && old.Page.AsSpan(page.Length).IndexOfAnyExcept((byte)0) < 0) return old;
        if (page.IndexOfAnyExcept((byte)0) < 0) return Zeros[0];
        var copy = GC.AllocateUninitializedArray<byte>(PageBytes);
        page.CopyTo(copy);
        copy.AsSpan(page.Length).Clear();
        return PageNode.Leaf(copy);
    }

    private static bool IsZero(IPageSource source, int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            if (source.Page(i).IndexOfAnyExcept((byte)0) >= 0) return false;
        }

        return true;
    }

    private static bool IsZeroFrom(PageNode node, int height, int first, int pages)
    {
        if (first + (1 << height) <= pages || ReferenceEquals(node, Zeros[height])) return true;
        return first < pages && IsZeroFrom(node.Left!, height - 1, first, pages)
            && IsZeroFrom(node.Right!, height - 1, first + (1 << (height - 1)), pages);
    }

    private static void Compare(PageNode mine, PageNode other, int height, int first, List<int> found)
    {
        if (ReferenceEquals(mine, other) || mine.Hash == other.Hash) return;
        if (height == 0)
        {
            found.Add(first);
            return;
        }

        Compare(mine.Left!, other.Left!, height - 1, first, found);
        Compare(mine.Right!, other.Right!, height - 1, first + (1 << (height - 1)), found);
    }

    private PageNode Leaf(int index)
    {
        Invariant.Check(index is >= 0 and < Pages);
        var node = _root;
        for (var height = Height - 1; height >= 0; height--) node = ((index >> height & 1) != 0 ? node.Right : node.Left)!;
        return node;
    }
}
