// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.States;

namespace PeerCompute.Wasm.Steps;

/// <summary>A part of a state that is bytes, or the content of a file.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Pages">The bytes; zeros behind the length.</param>
internal readonly record struct PagedBytes(long Length, PageTree Pages)
{
    public static PagedBytes Empty { get; } = new(0, PageTree.Empty);

    /// <summary>What it is now; shares what is equal to before.</summary>
    public PagedBytes Next(IPageSource source, long length) => new(length, Pages.Capture(source, length));

    public PagedBytes Next(ReadOnlyMemory<byte> bytes) => Next(new BytePages(bytes), bytes.Length);

    /// <summary>All bytes, of something that is known to be small.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        for (var i = 0; i < PageTree.Count(Length); i++)
        {
            var rest = bytes.AsSpan(i * PageTree.PageBytes);
            Pages.Page(i)[..Math.Min(PageTree.PageBytes, rest.Length)].CopyTo(rest);
        }

        return bytes;
    }
}
