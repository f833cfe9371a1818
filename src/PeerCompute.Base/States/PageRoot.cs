// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Base.States;

/// <summary>The root of the <see cref="PageTree"/> of bytes that come one after the other; nothing of them is kept.</summary>
public sealed class PageRoot
{
    private readonly byte[] _page = new byte[PageTree.PageBytes];
    private readonly Hash32[] _left = new Hash32[PageTree.Height + 1];
    private int _inPage;
    private int _pages;

    /// <summary>Takes the next bytes.</summary>
    /// <param name="bytes">With those before at most 4 GiB.</param>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var take = Math.Min(bytes.Length, PageTree.PageBytes - _inPage);
            bytes[..take].CopyTo(_page.AsSpan(_inPage));
            _inPage += take;
            bytes = bytes[take..];
            if (_inPage == PageTree.PageBytes) EndPage();
        }
    }

    /// <summary>The root of all that came; nothing may come after.</summary>
    /// <returns>The root.</returns>
    public Hash32 Finish()
    {
        if (_inPage > 0)
        {
            _page.AsSpan(_inPage).Clear();
            EndPage();
        }

        if (_pages == PageTree.Pages) return _left[PageTree.Height];
        Hash32? node = null;
        for (var height = 0; height < PageTree.Height; height++)
        {
            var zeros = PageTree.ZerosAt(height);
            if ((_pages >> height & 1) != 0) node = MerkleTree.Node(_left[height], node ?? zeros);
            else if (node is { } left) node = MerkleTree.Node(left, zeros);
        }

        return node ?? PageTree.Empty.Root;
    }

    private void EndPage()
    {
        Invariant.Check(_pages < PageTree.Pages);
        _inPage = 0;
        var node = MerkleTree.Leaf(_page);
        var height = 0;
        for (; (_pages >> height & 1) != 0; height++) node = MerkleTree.Node(_left[height], node);
        _left[height] = node;
        _pages++;
    }
}
