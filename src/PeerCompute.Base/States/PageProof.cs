// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using PeerCompute.Base.Crypto;

namespace PeerCompute.Base.States;

/// <summary>Shows one page of a state, or of a file of its work folder, against a state root. Every value may be a stranger's.</summary>
/// <param name="Part">The part that the page is of; <see cref="StatePart.Folder"/> for a page of a file.</param>
/// <param name="Length">Bytes of the part; entries of the folder.</param>
/// <param name="Index">Which page of the part or file.</param>
/// <param name="Page">Its <see cref="PageTree.PageBytes"/>.</param>
/// <param name="PagePath">From the page up to the root of its part or file.</param>
/// <param name="PartPath">From the part's leaf up to the state root.</param>
public sealed record PageProof(
    StatePart Part, long Length, int Index, ReadOnlyMemory<byte> Page, ImmutableArray<Hash32> PagePath, ImmutableArray<Hash32> PartPath)
{
    /// <summary>The file that the page is of, its place in the manifest and the path there; null for a part.</summary>
    public (FolderEntry Entry, int Index, ImmutableArray<Hash32> Path)? File { get; init; }

    /// <summary>Whether the page stands where the proof says, under a root. Never throws.</summary>
    /// <param name="stateRoot">The root.</param>
    /// <returns>True when it does.</returns>
    public bool Verify(Hash32 stateRoot)
    {
        if (Page.Length != PageTree.PageBytes || (Part == StatePart.Folder) != (File is not null) || Length is < 0 or > int.MaxValue) return false;
        var root = MerkleTree.RootOf(MerkleTree.Leaf(Page.Span), Index, PageTree.Pages, PagePath.AsSpan());
        if (File is { } file && root is not null)
        {
            root = file.Entry.Content == root ? MerkleTree.RootOf(file.Entry.Leaf(), file.Index, (int)Length, file.Path.AsSpan()) : null;
        }

        return root is { } covered
            && MerkleTree.VerifyProof(stateRoot, StateRoot.Leaf(Part, Length, covered), (int)Part, StateRoot.Parts, PartPath.AsSpan());
    }
}
