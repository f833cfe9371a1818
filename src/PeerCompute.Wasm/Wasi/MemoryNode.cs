// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.States;

namespace PeerCompute.Wasm.Wasi;

/// <summary>A file or folder of <see cref="MemoryGuestFiles"/>.</summary>
internal sealed class MemoryNode
{
    private byte[] _bytes = [];
    private PageTree? _pages = PageTree.Empty;
    private PageTree _lastPages = PageTree.Empty;

    public MemoryNode(bool folder) => Children = folder ? new SortedDictionary<string, MemoryNode>(StringComparer.Ordinal) : null;

    public SortedDictionary<string, MemoryNode>? Children { get; }

    public bool ReadOnly { get; set; }

    /// <summary>Whether a name leads here; a file without one lives until it is closed.</summary>
    public bool Linked { get; set; } = true;

    public int Open { get; set; }

    /// <summary>Where a state that is being written names this: an entry of its manifest, or below 0 a file without a name.</summary>
    public int Number { get; set; }

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, Length);

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    /// <summary>The content as it is now; taken anew only after a change.</summary>
    public PageTree Pages => _pages ??= _lastPages = _lastPages.Capture(new BytePages(Bytes), Length);

    public GuestStat Stat => new(Children is null ? GuestKind.File : GuestKind.Folder, Length);

    /// <summary>Bytes to write to, within the length.</summary>
    public Span<byte> Change(int offset, int count)
    {
        _pages = null;
        return _bytes.AsSpan(offset, count);
    }

    public void SetLength(int length)
    {
        _pages = null;
        if (length > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(length, (long)_bytes.Length * 2)));
        }
        else if (length < Length)
        {
            Array.Clear(_bytes, length, Length - length);
        }

        Length = length;
    }

    /// <summary>Takes its content from a tree whose pages behind the length are zeros.</summary>
    public void Restore(PageTree pages, int length)
    {
        SetLength(length);
        foreach (var page in pages.Differences(PageTree.Empty))
        {
            var at = page * PageTree.PageBytes;
            var count = Math.Min(PageTree.PageBytes, length - at);
            pages.Page(page)[..count].CopyTo(_bytes.AsSpan(at, count));
        }

        _pages = _lastPages = pages;
    }
}
