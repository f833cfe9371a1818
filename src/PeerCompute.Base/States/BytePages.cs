// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Base.States;

/// <summary>Pages of bytes that lie in one piece.</summary>
/// <param name="bytes">The bytes.</param>
public sealed class BytePages(ReadOnlyMemory<byte> bytes) : IPageSource
{
    /// <inheritdoc/>
    public ReadOnlySpan<byte> Page(int index)
    {
        var from = Math.Min((long)index * PageTree.PageBytes, bytes.Length);
        return bytes.Span.Slice((int)from, (int)Math.Min(PageTree.PageBytes, bytes.Length - from));
    }
}
