// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Groups;

/// <summary>Files of control groups: reading and writing them where the kernel may refuse at any time.</summary>
internal static class GroupFiles
{
    /// <summary>Processes of a group; what is written there moves into it.</summary>
    public const string Processes = "cgroup.procs";

    /// <summary>Threads of a group of version 1; a thread that moves itself there waits for nobody.</summary>
    public const string Tasks = "tasks";

    /// <summary>Controllers that a group of version 2 has, and those that it hands on to the groups below.</summary>
    public const string Offered = "cgroup.controllers", HandedOn = "cgroup.subtree_control";

    /// <summary>What a process writes to move itself.</summary>
    public const string Myself = "0";

    /// <summary>The lines of a file; none where it cannot be read.</summary>
    public static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The words of a file; none where it cannot be read.</summary>
    public static string[] Words(string file) => [.. Lines(file).SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>The number after a name in a file of lines <c>name number</c>, or alone in a file where the name is empty; null where there is none.</summary>
    public static long? Number(string file, string name = "")
    {
        foreach (string line in Lines(file))
        {
            string value = name.Length == 0 ? line : line.StartsWith(name + " ", StringComparison.Ordinal) ? line[(name.Length + 1)..] : "";
            if (long.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out long number)) return number;
        }

        return null;
    }

    /// <summary>Writes a value.</summary>
    /// <returns>False where the kernel refuses.</returns>
    public static bool TryWrite(string file, string value)
    {
        try
        {
            File.WriteAllText(file, value);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Removes a group.</summary>
    /// <returns>False where it is busy.</returns>
    public static bool TryRemove(string folder)
    {
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder);
            return true;
        }
        catch (Exception busy) when (busy is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
