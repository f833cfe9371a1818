// SPDX-License-Identifier: Apache-2.0
using System.Text;
using PeerCompute.Base.Collections;
using PeerCompute.Base.Errors;
using PeerCompute.Base.States;

namespace PeerCompute.Wire.Folders;

/// <summary>Which paths a packed folder may have: such as mean the same on every system, and lead nowhere but into it.</summary>
public static class FolderNames
{
    /// <summary>Files and folders of one packed folder.</summary>
    public const int EntriesMost = 10_000;

    /// <summary>Names of a path one below the other.</summary>
    public const int DepthMost = 32;

    /// <summary>A path in UTF-8 bytes.</summary>
    public const int PathBytes = 1024;

    /// <summary>One name of a path in UTF-8 bytes.</summary>
    public const int PartBytes = 255;

    /// <summary>What an input or output of a job is called that is a folder: its name with this behind it.</summary>
    public const char Mark = '/';

    /// <summary>Whether an input or output is a folder.</summary>
    /// <param name="name">As the job names it.</param>
    /// <returns>True for a folder.</returns>
    public static bool IsFolder(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.EndsWith(Mark);
    }

    /// <summary>The name without the mark of a folder.</summary>
    /// <param name="name">As the job names it.</param>
    /// <returns>A plain file name.</returns>
    public static string Plain(string name) => IsFolder(name) ? name[..^1] : name;

    /// <summary>Checks one path.</summary>
    /// <param name="path">From the folder's root, parts separated by <c>/</c>.</param>
    /// <param name="field">Name for the error.</param>
    /// <exception cref="WireException">Names what is wrong, the limit and the remedy.</exception>
    public static void Check(string path, string field)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (Encoding.UTF8.GetByteCount(path) > PathBytes)
            throw new WireException(field, $"{Encoding.UTF8.GetByteCount(path)} bytes, limit {PathBytes}: give its folders shorter names");
        var parts = path.Split(Mark);
        if (parts.Length > DepthMost) throw new WireException(field, $"{parts.Length} names one below the other, limit {DepthMost}: move it up");
        foreach (var part in parts)
        {
            if (part is "" or "." or "..") throw new WireException(field, $"has the name '{part}', which is none: give a path from the folder down");
            if (Encoding.UTF8.GetByteCount(part) > PartBytes)
                throw new WireException(field, $"has a name of {Encoding.UTF8.GetByteCount(part)} bytes, limit {PartBytes}: give a shorter one");
            foreach (var c in part)
            {
                if (c == '\\' || char.IsControl(c)) throw new WireException(field, "has a name with a backslash or a control character: give it another one");
                if (c == '\uFFFD') throw new WireException(field, "has a name that is no good text: give it another one");
            }
        }
    }

    /// <summary>Checks the paths of a folder against each other.</summary>
    /// <param name="entries">Each with a good path.</param>
    /// <exception cref="WireException">Not sorted, one twice, two that differ in case alone, or one whose folder is missing.</exception>
    public static void Check(IReadOnlyList<FolderEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        var (folders, seen) = (new OrderedSet<string>(), new OrderedSet<string>());
        for (var i = 0; i < entries.Count; i++)
        {
            var (path, field) = (entries[i].Path, $"entries[{i}].path");
            if (i > 0 && FolderManifest.Compare(entries[i - 1].Path, path) is var order && order >= 0)
                throw new WireException(field, order == 0 ? "stands twice: give each entry once" : "not sorted by its bytes: sort the entries");
            if (path.LastIndexOf(Mark) is var slash && slash >= 0 && !folders.Contains(path[..slash]))
                throw new WireException(field, "lies in no folder of the list: give each folder in front of what it holds");
            if (!seen.Add(path.ToUpperInvariant()))
                throw new WireException(field, "differs from another in upper and lower case alone: not every system keeps them apart; rename one");
            if (entries[i].Kind == FolderEntryKind.Folder) folders.Add(path);
        }
    }
}
