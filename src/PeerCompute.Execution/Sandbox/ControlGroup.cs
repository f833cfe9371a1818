// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace PeerCompute.Execution.Sandbox;

/// <summary>
/// A control group of one child: bounds its memory and the number of its processes in the kernel. Where this process may not make one,
/// the child runs without: the engine bounds the guest's pages, the runtime its heap, and the filter allows no process at all.
/// </summary>
internal sealed class ControlGroup
{
    /// <summary>Most processes and threads of a WebAssembly child: the runtime takes about 15, bubblewrap 2.</summary>
    public const int ChildProcesses = 128;

    private const string Root = "/sys/fs/cgroup";
    private const string Prefix = "peercompute-";
    private readonly List<string> _folders = [];

    private ControlGroup()
    {
    }

    /// <summary>The same program, from a shell that first joins the group: what it then becomes is in it from the beginning.</summary>
    /// <param name="arguments">The program's path, then its arguments.</param>
    public string[] Around(IReadOnlyList<string> arguments)
    {
        string joins = string.Concat(_folders.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"echo $$ >\"${{{i + 1}}}\" && ")));
        string join = string.Create(CultureInfo.InvariantCulture, $"{joins}shift {_folders.Count} && exec \"$@\"");
        return ["/bin/sh", "-c", join, "sh", .. _folders.Select(folder => Path.Combine(folder, "cgroup.procs")), .. arguments];
    }

    /// <summary>Makes a group under that of this process.</summary>
    /// <param name="memoryBytes">Most memory of the child, page cache included; swap is off where the kernel counts it.</param>
    /// <param name="mostProcesses">Most processes and threads.</param>
    /// <returns>The group, or null where none can be made.</returns>
    public static ControlGroup? TryMake(long memoryBytes, int mostProcesses = ChildProcesses)
    {
        var group = new ControlGroup();
        try
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Path.GetRandomFileName()}");
            string memory = memoryBytes.ToString(CultureInfo.InvariantCulture), processes = mostProcesses.ToString(CultureInfo.InvariantCulture);
            string[] lines = File.ReadAllLines("/proc/self/cgroup");
            if (PathOf(lines, "memory") is { } memoryGroup)
            {
                group.Add($"{Root}/memory{memoryGroup}", name, ("memory.limit_in_bytes", memory));
                if (PathOf(lines, "pids") is { } processGroup) group.Add($"{Root}/pids{processGroup}", name, ("pids.max", processes));
                return group;
            }

            string unified = Root + (PathOf(lines, "") ?? "/");
            string control = File.ReadAllText(Path.Combine(unified, "cgroup.subtree_control"));
            string[] offered = control.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
            if (!offered.Contains("memory")) return null;
            group.Add(unified, name, ("memory.max", memory), ("memory.swap.max", "0"), ("memory.oom.group", "1"));
            if (offered.Contains("pids")) File.WriteAllText(Path.Combine(unified, name, "pids.max"), processes);
            return group;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            group.TryRemove();
            return null;
        }
    }

    /// <summary>Removes groups beside this one whose maker has ended without doing so.</summary>
    public void Sweep()
    {
        foreach (string stale in _folders.SelectMany(folder => Directory.EnumerateDirectories(Path.GetDirectoryName(folder)!, Prefix + "*")))
        {
            string maker = Path.GetFileName(stale)[Prefix.Length..].Split('-')[0];
            if (!Directory.Exists("/proc/" + maker)) TryRemove(stale);
        }
    }

    /// <summary>Removes the group, once the kernel has taken its last process out of it.</summary>
    /// <returns>When it is gone; or when it has not become empty within a second: then it is left, bounded and empty of work.</returns>
    public async Task RemoveAsync()
    {
        for (int attempt = 0; !TryRemove() && attempt < 100; attempt++) await Task.Delay(10).ConfigureAwait(false);
    }

    /// <summary>The path of a controller's group: lines are <c>number:controllers:path</c>, the unified one has no controllers.</summary>
    internal static string? PathOf(IEnumerable<string> lines, string controller) => lines
        .Select(line => line.Split(':', 3))
        .Where(parts => parts.Length == 3 && parts[1].Split(',').Contains(controller))
        .Select(parts => parts[2])
        .FirstOrDefault();

    private void Add(string parent, string name, params ReadOnlySpan<(string File, string Value)> bounds)
    {
        string folder = Path.Combine(parent, name);
        Directory.CreateDirectory(folder);
        _folders.Add(folder);
        foreach ((string file, string value) in bounds) File.WriteAllText(Path.Combine(folder, file), value);
    }

    private static bool TryRemove(string folder)
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

    private bool TryRemove() => _folders.All(TryRemove);
}
