// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Crypto;

namespace PeerCompute.Base.States;

/// <summary>An entry of a folder manifest.</summary>
/// <param name="Path">From the folder's root, parts separated by <c>/</c>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Length">Bytes of a file.</param>
/// <param name="Content">Root of the <see cref="PageTree"/> of its bytes.</param>
public sealed record FolderEntry(string Path, FolderEntryKind Kind, long Length, Hash32 Content)
{
    /// <summary>The entry's leaf in the manifest.</summary>
    /// <returns>A leaf hash.</returns>
    public Hash32 Leaf() => MerkleTree.Leaf(
        new HashBuilder("peercompute/1/folder-entry").Add(Path).Add((ulong)Kind).Add((ulong)Length).Add(Content).Hash().ToArray());
}
