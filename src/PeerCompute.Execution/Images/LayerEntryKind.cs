// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Images;

/// <summary>What an entry of a layer does to the layers below. The numbers stand in files.</summary>
internal enum LayerEntryKind
{
    /// <summary>Puts a regular file.</summary>
    File = 1,

    /// <summary>Makes a folder, or keeps one.</summary>
    Folder = 2,

    /// <summary>Puts a symbolic link.</summary>
    SymbolicLink = 3,

    /// <summary>Gives a file another name.</summary>
    HardLink = 4,

    /// <summary>Hides a name of the layers below.</summary>
    Whiteout = 5,

    /// <summary>Hides all that the layers below have in a folder.</summary>
    Opaque = 6,
}
