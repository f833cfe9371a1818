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
    /// <summary>What is added to the kind's number in the leaf of a file that may be executed: a bit that no kind has.</summary>
    private const ulong ExecutableBit = 4;

    /// <summary>Whether a file may be executed. The files of a WebAssembly program never are: its system has no such right.</summary>
    public bool Executable { get; init; }

    /// <summary>The entry's leaf in the manifest.</summary>
    /// <returns>A leaf hash.</returns>
    public Hash32 Leaf()
    {
        var kind = (ulong)Kind | (Executable ? ExecutableBit : 0);
        return MerkleTree.Leaf(new HashBuilder("peercompute/1/folder-entry").Add(Path).Add(kind).Add((ulong)Length).Add(Content).Hash().ToArray());
    }
}
