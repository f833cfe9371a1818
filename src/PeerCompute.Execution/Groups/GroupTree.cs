// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Groups;

/// <summary>Which control groups a host has mounted, and where this process is in them. Reads only; what can be made there is found by doing.</summary>
/// <param name="Mode">Which version.</param>
/// <param name="Places">The hierarchies that have a controller which bounds a job.</param>
internal sealed record GroupTree(GroupMode Mode, IReadOnlyList<GroupPlace> Places)
{
    private static readonly string[] Wanted = ["memory", "pids", "cpu", "cpuacct", "freezer"];
    private static readonly Lazy<GroupTree> This = new(() => Read("/"));

    private readonly Lock _lock = new();
    private List<(GroupPlace Place, string Folder)>? _prepared;

    /// <summary>That of this host, read once.</summary>
    public static GroupTree OfThisHost => This.Value;

    /// <summary>Reads <c>/proc/self/cgroup</c>, <c>/proc/self/mountinfo</c> and the mounted hierarchies.</summary>
    /// <param name="root">Path of the root folder: that of the host, or of a recorded tree.</param>
    public static GroupTree Read(string root)
    {
        string[] own = GroupFiles.Lines(Path.Combine(root, "proc/self/cgroup"));
        var places = new List<GroupPlace>();
        bool first = false, second = false;
        foreach (GroupMount mount in GroupFiles.Lines(Path.Combine(root, "proc/self/mountinfo")).Select(GroupMount.Parse).OfType<GroupMount>())
        {
            string folder = Path.Combine(root, mount.Folder.TrimStart('/'));
            string[] controllers = [.. mount.Controllers.Intersect(Wanted)];
            if (mount.Unified)
            {
                second = true;
                if (PathOf(own, "") is not { } path) continue;
                string group = mount.Below(folder, path);
                controllers = [.. GroupFiles.Words(Path.Combine(group, GroupFiles.Offered)).Intersect(Wanted)];
                if (controllers.Length > 0) places.Add(new GroupPlace(2, folder, group, controllers));
            }
            else
            {
                first |= mount.Controllers.Count > 0;
                if (controllers.Length > 0 && PathOf(own, controllers[0]) is { } path)
                    places.Add(new GroupPlace(1, folder, mount.Below(folder, path), controllers));
            }
        }

        GroupMode mode = first ? second ? GroupMode.Hybrid : GroupMode.V1 : second ? GroupMode.V2 : GroupMode.None;
        return new GroupTree(mode, places);
    }

    /// <summary>The folders in which groups can be made, found by making some once.</summary>
    public IReadOnlyList<(GroupPlace Place, string Folder)> Prepare()
    {
        lock (_lock)
        {
            if (_prepared is not null) return _prepared;
            _prepared = [];
            foreach (GroupPlace place in Places)
            {
                if (place.Prepare() is { } folder) _prepared.Add((place, folder));
            }

            return _prepared;
        }
    }

    /// <summary>The path of a controller's group: lines are <c>number:controllers:path</c>, the unified one has no controllers.</summary>
    internal static string? PathOf(IEnumerable<string> lines, string controller) => lines
        .Select(line => line.Split(':', 3))
        .Where(parts => parts.Length == 3 && parts[1].Split(',').Contains(controller))
        .Select(parts => parts[2])
        .FirstOrDefault();
}
