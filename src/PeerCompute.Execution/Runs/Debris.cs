// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Linux;

namespace PeerCompute.Execution.Runs;

/// <summary>Removes folders that a stranger's program may have filled, with whatever is hard to name or to open.</summary>
public static class Debris
{
    /// <summary>Removes a folder with all that is in it, as far as the disk lets it; links are removed, never followed. Nobody may be writing there.</summary>
    /// <param name="folder">The folder; may not be there.</param>
    /// <returns>Why something of it is left; empty when nothing is.</returns>
    public static string Remove(string folder)
    {
        try
        {
            Delete(folder);
            return "";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return fault.Message; // .NET calls a path that is too long an argument that is empty
        }
    }

    /// <summary>Removes a folder with all that is in it.</summary>
    /// <exception cref="IOException">The disk fails, or somebody writes there.</exception>
    internal static void Delete(string folder)
    {
        if (!Directory.Exists(folder)) return;
        if (FolderRemoval.IsOffered) FolderRemoval.Empty(folder);
        Directory.Delete(folder, recursive: true);
    }
}
