// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Base.States;

/// <summary>Bytes that are read page by page while a <see cref="PageTree"/> is taken of them.</summary>
public interface IPageSource
{
    /// <summary>Gives a page.</summary>
    /// <param name="index">Which, from 0.</param>
    /// <returns>At most <see cref="PageTree.PageBytes"/>, valid until the next call; what is missing reads as zeros.</returns>
    ReadOnlySpan<byte> Page(int index);
}
