// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Wasi;

/// <summary>
/// The only files a program sees. Paths are relative to the program's root, separated by <c>/</c>, already free of empty parts, <c>.</c> and <c>..</c>;
/// the root itself is the empty string. Names compare byte by byte. There are no links. What an operation answers must depend on the program's own
/// earlier operations only; a failure of the host is thrown, never answered.
/// </summary>
public interface IGuestFiles
{
    /// <summary>Tells what a path stands for.</summary>
    /// <param name="path">A path as above.</param>
    /// <param name="stat">The answer.</param>
    GuestError Stat(string path, out GuestStat stat);

    /// <summary>Opens a file (a folder answers <see cref="GuestError.IsFolder"/>).</summary>
    /// <param name="path">A path as above.</param>
    /// <param name="how">For reading or writing, and what to do where there is none.</param>
    /// <param name="file">The open file.</param>
    GuestError Open(string path, GuestOpen how, out IGuestFile? file);

    /// <summary>Lists a folder, in any order (the engine sorts).</summary>
    /// <param name="path">A path as above.</param>
    /// <param name="entries">The entries, without <c>.</c> and <c>..</c>.</param>
    GuestError List(string path, out IReadOnlyList<GuestEntry> entries);

    /// <summary>Makes a folder in a folder that exists.</summary>
    /// <param name="path">A path as above.</param>
    GuestError CreateFolder(string path);

    /// <summary>Removes an empty folder.</summary>
    /// <param name="path">A path as above.</param>
    GuestError RemoveFolder(string path);

    /// <summary>Removes a file; who has it open keeps it.</summary>
    /// <param name="path">A path as above.</param>
    GuestError Unlink(string path);

    /// <summary>Moves a file or folder, over a file or an empty folder of the same kind if there is one.</summary>
    /// <param name="from">A path as above.</param>
    /// <param name="to">A path as above.</param>
    GuestError Rename(string from, string to);
}
