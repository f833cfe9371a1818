// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Images.Tar;

/// <summary>What an entry of an archive is.</summary>
internal enum TarKind
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,

    /// <summary>Another name of an entry before it.</summary>
    HardLink,

    /// <summary>A device or a pipe.</summary>
    Special,
}
