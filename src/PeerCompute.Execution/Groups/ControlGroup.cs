// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Linux;
using PeerCompute.Execution.Sandbox;

namespace PeerCompute.Execution.Groups;

/// <summary>
/// A control group of one child: bounds its memory and the number of its processes in the kernel. Where this process may not make one,
/// a WebAssembly child runs without: the engine bounds the guest's pages, the runtime its heap, and the filter allows no process at all.
/// </summary>
internal sealed class ControlGroup
{
    private const int PeriodMicroseconds = 100_000;
    private readonly List<string> _folders = [];

    private ControlGroup()
    {
    }

    /// <summary>Its folders, one for each hierarchy.</summary>
    public IReadOnlyList<string> Folders => _folders;

    /// <summary>Makes a group under that of this process, or beside it (<see cref="GroupPlace.Prepare"/>).</summary>
    /// <param name="bounds">What it allows.</param>
    /// <returns>The group, or null where none can be made that bounds memory.</returns>
    public static ControlGroup? TryMake(GroupBounds bounds) => TryMake(GroupTree.OfThisHost, bounds);

    /// <summary>Makes a group in a tree.</summary>
    public static ControlGroup? TryMake(GroupTree tree, GroupBounds bounds)
    {
        var group = new ControlGroup();
        if (GroupMaker.Self is not { } maker) return null;
        string name = maker.NewName();
        try
        {
            bool bounded = false;
            foreach ((GroupPlace place, string parent) in tree.Prepare())
            {
                string folder = Path.Combine(parent, name);
                Directory.CreateDirectory(folder);
                group._folders.Add(folder);
                foreach (string controller in place.Controllers) Bound(folder, place.Version, controller, bounds);
                bounded |= place.Controllers.Contains("memory");
            }

            if (bounded) return group;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // What was made is removed below.
        }

        group.TryRemove();
        return null;
    }

    /// <summary>The files by which a process joins the group.</summary>
    public IReadOnlyList<string> Doors => [
        // In version 1 the list of threads: moving a single thread does not make it wait until the whole machine has seen it, 10 ms and more.
        .. _folders.Select(folder => Path.Combine(folder, GroupFiles.Tasks) is var tasks && File.Exists(tasks)
            ? tasks : Path.Combine(folder, GroupFiles.Processes)),
    ];

    /// <summary>Lets nobody but root make groups below it: what runs in it stays in it.</summary>
    public void Close()
    {
        foreach (string folder in _folders) File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    /// <summary>The same program, in the group from its beginning.</summary>
    /// <param name="arguments">The program's path, then its arguments.</param>
    public string[] Around(IReadOnlyList<string> arguments) => StartShell.Around(arguments, Doors);

    /// <summary>What the kernel counted so far.</summary>
    public GroupFacts Facts() => GroupFacts.Read(_folders);

    /// <summary>Removes the groups of processes that have ended without doing so.</summary>
    /// <returns>When they are gone, or where none can be made, or after five seconds.</returns>
    public static async Task SweepAsync()
    {
        if (TryMake(new GroupBounds(1 << 20, 1)) is not { } beside) return;
        for (int attempt = 0; !beside.Sweep() && attempt < 500; attempt++) await Task.Delay(10).ConfigureAwait(false);
        await beside.RemoveAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Removes groups beside this one whose maker has ended without doing so, and ends what still runs in them. A group whose maker is not known to have
    /// ended is another node's, and is left alone.
    /// </summary>
    /// <returns>False while the kernel has not yet taken the last process out of one.</returns>
    public bool Sweep()
    {
        bool swept = true;
        foreach (string stale in _folders.SelectMany(folder => Directory.EnumerateDirectories(Path.GetDirectoryName(folder)!, GroupMaker.Prefix + "*")))
        {
            if (GroupMaker.Of(Path.GetFileName(stale)) is not { HasEnded: true } || GroupFiles.TryRemove(stale)) continue;
            Kill([stale]);
            swept = false;
        }

        return swept;
    }

    /// <summary>Kills every process in the group, those too that it makes meanwhile.</summary>
    public void Kill() => Kill(_folders);

    /// <summary>Kills what is left in the group and removes it, once the kernel has taken its last process out of it.</summary>
    /// <returns>When it is gone; or when it has not become empty within 5 seconds: then it is left, bounded.</returns>
    public async Task RemoveAsync()
    {
        for (int attempt = 0; !TryRemove() && attempt < 500; attempt++)
        {
            Kill();
            await Task.Delay(10).ConfigureAwait(false);
        }
    }

    private static void Kill(IReadOnlyList<string> folders)
    {
        if (folders.Any(folder => GroupFiles.TryWrite(Path.Combine(folder, "cgroup.kill"), "1"))) return;
        string? freezer = folders.Select(folder => Path.Combine(folder, "freezer.state")).FirstOrDefault(File.Exists);
        if (freezer is not null) GroupFiles.TryWrite(freezer, "FROZEN"); // what is frozen forks no more; it dies when it thaws
        foreach (string id in Inside().Distinct())
        {
            if (!int.TryParse(id, CultureInfo.InvariantCulture, out int process) || process == Environment.ProcessId) continue;
            using OtherProcess? found = OtherProcess.Open(process);
            if (found is not null && Inside().Contains(id)) found.Kill(); // else its number may have become another one's before it was held
        }

        if (freezer is not null) GroupFiles.TryWrite(freezer, "THAWED");

        IEnumerable<string> Inside() => folders.SelectMany(folder => GroupFiles.Lines(Path.Combine(folder, GroupFiles.Processes)));
    }

    private static void Bound(string folder, int version, string controller, GroupBounds bounds)
    {
        (string File, string Value, bool Needed)[] values = (controller, version) switch
        {
            ("memory", 1) => [("memory.limit_in_bytes", Text(bounds.MemoryBytes), true), ("memory.memsw.limit_in_bytes", Text(bounds.MemoryBytes), false),
                ("memory.swappiness", "0", false)],
            ("memory", _) => [("memory.max", Text(bounds.MemoryBytes), true), ("memory.swap.max", "0", false), ("memory.oom.group", "1", false)],
            ("pids", _) => [("pids.max", Text(bounds.Processes), true)],
            ("cpu", 1) => [.. Cpu(("cpu.cfs_period_us", Text(PeriodMicroseconds)), ("cpu.cfs_quota_us", Text(Quota(bounds)))),
                .. Weight("cpu.shares", Math.Max(2, (long)bounds.CpuWeight * 1024 / 100))],
            ("cpu", _) => [.. Cpu(("cpu.max", $"{Text(Quota(bounds))} {Text(PeriodMicroseconds)}")), .. Weight("cpu.weight", bounds.CpuWeight)],
            _ => [],
        };
        foreach ((string file, string value, bool needed) in values)
        {
            string path = Path.Combine(folder, file);
            if (needed) File.WriteAllText(path, value);
            else GroupFiles.TryWrite(path, value);
        }

        IEnumerable<(string, string, bool)> Cpu(params (string File, string Value)[] lines) =>
            bounds.CpuMillis > 0 ? lines.Select(line => (line.File, line.Value, false)) : [];

        IEnumerable<(string, string, bool)> Weight(string file, long value) => bounds.CpuWeight > 0 ? [(file, Text(value), false)] : [];
    }

    private static long Quota(GroupBounds bounds) => (long)bounds.CpuMillis * PeriodMicroseconds / 1000;

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);

    private bool TryRemove() => _folders.All(GroupFiles.TryRemove);
}
