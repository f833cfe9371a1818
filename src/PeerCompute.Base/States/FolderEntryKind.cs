// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Base.States;

/// <summary>What an entry of a folder manifest is; the numbers are hashed.</summary>
public enum FolderEntryKind
{
    /// <summary>A folder; its length is 0 and its content nothing.</summary>
    Folder = 0,

    /// <summary>A file.</summary>
    File = 1,

    /// <summary>A file that may only be read.</summary>
    ReadOnlyFile = 2,
}
