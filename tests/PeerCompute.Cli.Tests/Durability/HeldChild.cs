// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace PeerCompute.Cli.Tests.Durability;

/// <summary>The sandboxed child of a lease with all its processes, which can be held by SIGSTOP.</summary>
internal sealed class HeldChild
{
    private readonly List<(int Pid, string Start)> _processes = [];

    private HeldChild(int root) => Root = root;

    /// <summary>The process that the supervisor started.</summary>
    public int Root { get; }

    /// <summary>Whether any of its processes lives.</summary>
    public bool Lives => _processes.Any(one => StartOf(one.Pid) == one.Start);

    /// <summary>Waits until a supervisor starts the child of a lease.</summary>
    public static async Task<HeldChild> FindAsync(Func<int?> supervisor, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        while (true)
        {
            if (supervisor() is { } parent && ChildrenOf(parent).FirstOrDefault(IsOfALease) is var root and not 0) return new HeldChild(root);
            await Task.Delay(2, limit.Token);
        }
    }

    /// <summary>Stops it, with all it has started: what is stopped starts nothing more, so after a round without a new process the tree is whole.</summary>
    public void Hold()
    {
        for (var grown = true; grown;)
        {
            grown = false;
            var tree = new List<int> { Root };
            for (var i = 0; i < tree.Count; i++) tree.AddRange(ChildrenOf(tree[i]));
            foreach (var pid in tree)
            {
                if (StartOf(pid) is not { } start || _processes.Contains((pid, start))) continue;
                Signal(pid, "STOP");
                _processes.Add((pid, start));
                grown = true;
            }
        }
    }

    /// <summary>Lets it go on.</summary>
    public void Continue()
    {
        foreach (var (pid, start) in _processes)
        {
            if (StartOf(pid) == start) Signal(pid, "CONT");
        }
    }

    /// <summary>Folders of tasks that have not ended, in the child's memory; none when it is gone.</summary>
    public string[] TaskFolders()
    {
        try
        {
            return [.. ChildrenOf(Root).Select(static pid => $"/proc/{pid}/root/job/out").Where(Directory.Exists).SelectMany(Directory.GetDirectories)];
        }
        catch (IOException)
        {
            return [];
        }
    }

    /// <summary>Its control groups.</summary>
    public string[] Groups()
    {
        var groups = File.ReadAllLines($"/proc/{Root}/cgroup").Select(static line => line.Split(':', 3)[2]).Where(static g => g.Contains("peercompute-"));
        return [.. groups.SelectMany(static g => Directory.GetDirectories("/sys/fs/cgroup").Append("/sys/fs/cgroup").Select(root => root + g))
            .Where(Directory.Exists)];
    }

    /// <summary>When a process started; null when it has ended.</summary>
    public static string? StartOf(int pid) => Fields(pid) is { } fields && fields[0] is not ("Z" or "X") ? fields[19] : null;

    /// <summary>Sends a signal.</summary>
    public static void Signal(int pid, string signal)
    {
        using var kill = System.Diagnostics.Process.Start("kill", [$"-{signal}", pid.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    // Probes have more arguments behind the verb.
    private static bool IsOfALease(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").EndsWith("\0sandbox-child\0", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static IEnumerable<int> ChildrenOf(int parent) => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
        .Where(static name => name!.All(char.IsAsciiDigit)).Select(static name => int.Parse(name!, CultureInfo.InvariantCulture))
        .Where(pid => Fields(pid) is { } fields && fields[1] == parent.ToString(CultureInfo.InvariantCulture));

    private static string[]? Fields(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
