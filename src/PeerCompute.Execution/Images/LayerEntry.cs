// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Images;

/// <summary>One entry of a layer. Owner, group, attributes and most permissions are not kept: one user runs everything, and only reads.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Path">Its name below the root: parts with slashes between, none of them empty or a step; the root itself is empty.</param>
internal readonly record struct LayerEntry(LayerEntryKind Kind, string Path)
{
    /// <summary>Target of a symbolic link, anything; name of the file that a hard link means, as <see cref="Path"/>.</summary>
    public string Target { get; init; } = "";

    /// <summary>Under which number a file's content lies beside the list.</summary>
    public int Number { get; init; }

    /// <summary>Bytes of a file.</summary>
    public long Size { get; init; }
}
