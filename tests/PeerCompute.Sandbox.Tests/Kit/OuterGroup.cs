// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;

namespace PeerCompute.Sandbox.Tests.Kit;

/// <summary>
/// A control group around everything that the suite starts: it protects the machine where a wall of the product is missing. Only root makes one, on
/// version 1 or 2 of control groups. Its first process must join it by <see cref="Files"/>.
/// </summary>
internal sealed class OuterGroup : IDisposable
{
    private const string Root = "/sys/fs/cgroup";
    private readonly List<string> _folders = [];

    private OuterGroup()
    {
    }

    /// <summary>The files that a process writes its id to.</summary>
    public IReadOnlyList<string> Files => [.. _folders.Select(folder => Path.Combine(folder, "cgroup.procs"))];

    /// <summary>Makes one.</summary>
    /// <param name="name">What its name begins with.</param>
    /// <param name="memoryMebibytes">Bound of its memory.</param>
    /// <param name="processes">Bound of its processes and threads.</param>
    /// <param name="owner">Who may make groups in it; null: nobody.</param>
    public static OuterGroup Make(string name, long memoryMebibytes, int processes, string? owner)
    {
        var group = new OuterGroup();
        string unique = string.Create(CultureInfo.InvariantCulture, $"{name}-{Environment.ProcessId}-{Path.GetRandomFileName()}");
        string memory = (memoryMebibytes << 20).ToString(CultureInfo.InvariantCulture), most = processes.ToString(CultureInfo.InvariantCulture);
        try
        {
            if (File.Exists($"{Root}/cgroup.controllers"))
            {
                File.WriteAllText($"{Root}/cgroup.subtree_control", "+memory +pids");
                group.Add($"{Root}/{unique}", owner, ("memory.max", memory), ("memory.swap.max", "0"), ("pids.max", most));
            }
            else
            {
                group.Add($"{Root}/memory/{unique}", owner, ("memory.limit_in_bytes", memory));
                group.Add($"{Root}/pids/{unique}", owner, ("pids.max", most));
            }

            return group;
        }
        catch
        {
            group.Dispose();
            throw;
        }
    }

    /// <summary>What a bound of it is, read back from the kernel.</summary>
    /// <param name="files">Its file on version 1 or on version 2.</param>
    public long Bound(params string[] files) => long.Parse(
        File.ReadAllText(_folders.SelectMany(folder => files.Select(file => Path.Combine(folder, file))).First(File.Exists)), CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Dispose()
    {
        // What a killed run has left is ended by the kernel at any moment; the group goes when it is empty.
        long start = Stopwatch.GetTimestamp();
        foreach (string folder in _folders.Where(Directory.Exists))
        {
            foreach (string inner in Directory.EnumerateDirectories(folder)) Remove(inner, start);
            Remove(folder, start);
        }
    }

    private static void Remove(string folder, long start)
    {
        while (true)
        {
            try
            {
                Directory.Delete(folder);
                return;
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30))
            {
                Thread.Sleep(10);
            }
        }
    }

    private void Add(string folder, string? owner, params ReadOnlySpan<(string File, string Value)> bounds)
    {
        Directory.CreateDirectory(folder);
        _folders.Add(folder);
        foreach ((string file, string value) in bounds) File.WriteAllText(Path.Combine(folder, file), value);
        if (owner is not null) Command.Run("chown", "-R", owner, folder);
    }
}
