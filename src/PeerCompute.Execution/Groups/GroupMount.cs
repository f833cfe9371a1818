// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Groups;

/// <summary>A line of <c>/proc/self/mountinfo</c> about control groups (proc_pid_mountinfo(5)).</summary>
/// <param name="Folder">Where it is mounted.</param>
/// <param name="Origin">Which group of the hierarchy is seen there: in a container often not the topmost.</param>
/// <param name="Unified">Whether it is version 2.</param>
/// <param name="Controllers">The controllers of a hierarchy of version 1; none of one that only names groups.</param>
internal sealed record GroupMount(string Folder, string Origin, bool Unified, IReadOnlyList<string> Controllers)
{
    /// <summary>Reads a line: number, parent, device, origin, folder, options ... <c>-</c> type, source, options of the file system.</summary>
    /// <returns>The mount, or null if it is of another kind.</returns>
    public static GroupMount? Parse(string line)
    {
        string[] parts = line.Split(" - ", 2), left = parts[0].Split(' '), right = parts[^1].Split(' ');
        if (parts.Length < 2 || left.Length < 6 || right.Length < 3 || right[0] is not ("cgroup" or "cgroup2")) return null;
        bool unified = right[0] == "cgroup2";
        string[] options = right[2].Split(',');
        return new GroupMount(left[4], left[3], unified, unified ? [] : [.. options.Where(option => option is not ("rw" or "ro") && !option.Contains('='))]);
    }

    /// <summary>The folder of a group, as it is seen below the mount.</summary>
    /// <param name="folder">Where the mount is found here.</param>
    /// <param name="path">The group's path in its hierarchy.</param>
    public string Below(string folder, string path)
    {
        string below = Origin != "/" && path.StartsWith(Origin, StringComparison.Ordinal) ? path[Origin.Length..] : path;
        string group = Path.TrimEndingDirectorySeparator(Path.Combine(folder, below.TrimStart('/')));

        // A group outside of what is mounted, or one of another namespace: what is seen there is what there is.
        return Directory.Exists(group) ? group : folder;
    }
}
