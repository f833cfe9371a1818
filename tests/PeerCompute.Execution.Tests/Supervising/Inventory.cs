// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using PeerCompute.Execution.Supervising;

namespace PeerCompute.Execution.Tests.Supervising;

/// <summary>What lives of a test's leases: processes (and so cores and memory), control groups, mounts, files, what is held open.</summary>
/// <param name="root">Folder of the test; its name is in the command line of everything that belongs to it.</param>
internal sealed class Inventory(string root)
{
    private const int Spare = 24; // descriptors that a runtime may open for itself, late
    private readonly string _mark = Path.GetFileName(root);
    private readonly int _mounts = Mounts(Path.GetFileName(root));
    private readonly string _space = Space("/proc/self");
    private readonly HashSet<string> _files = [.. Directory.EnumerateFileSystemEntries(root)];
    private readonly HashSet<string> _before = [.. Processes().Where(folder => IsChild(folder, [Environment.ProcessId]))];
    private readonly Dictionary<int, int> _open = [];

    /// <summary>Waits until nothing is left but, maybe, the supervisor that lives.</summary>
    /// <param name="supervisor">Its id; 0 where none should live.</param>
    /// <param name="makers">Processes that made control groups.</param>
    /// <param name="folders">Folders of runs.</param>
    /// <param name="patience">How long.</param>
    /// <returns>How long it took, and what is left: empty when all is well.</returns>
    public async Task<(TimeSpan Took, string Left)> FreeAsync(int supervisor, IReadOnlyCollection<int> makers, string[] folders, TimeSpan patience)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            string left = string.Join(", ", Left(supervisor, makers, folders));
            if (left.Length == 0 || clock.Elapsed > patience) return (clock.Elapsed, left);
            await Task.Delay(20); // a look at every process costs some milliseconds
        }
    }

    private IEnumerable<string> Left(int supervisor, IReadOnlyCollection<int> makers, string[] folders)
    {
        int[] owners = supervisor == 0 ? [Environment.ProcessId] : [Environment.ProcessId, supervisor];
        IEnumerable<string> processes = Processes().Where(folder => Path.GetFileName(folder) != $"{supervisor}" && !_before.Contains(folder))
            .Where(folder => Belongs(folder) || IsChild(folder, owners)).Select(folder => $"process {folder} {Read(folder, "comm").Trim()}");
        IEnumerable<string> groups = GroupFolders().Where(folder => makers.Any(maker =>
            Path.GetFileName(folder).StartsWith(string.Create(CultureInfo.InvariantCulture, $"peercompute-{maker}-"), StringComparison.Ordinal)));
        IEnumerable<string> files = folders.SelectMany(Directory.EnumerateFileSystemEntries)
            .Concat(Directory.EnumerateFileSystemEntries(root).Where(entry => !_files.Contains(entry) && Path.GetFileName(entry) is not ("work" or "runs")));
        string[] mounts = Mounts(_mark) == _mounts ? [] : ["a mount"];
        return processes.Concat(groups).Concat(files).Concat(mounts).Concat(owners.SelectMany(Held));
    }

    /// <summary>What a process holds open of what has ended: a folder of a private root, whose file system in memory stays with it; or ever more.</summary>
    private IEnumerable<string> Held(int process)
    {
        string[] open = Directory.GetFileSystemEntries(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/fd"));
        string[] inside = [.. open.Select(Target).Where(path => path == "/" || path.StartsWith("/job", StringComparison.Ordinal))];
        foreach (string path in inside) yield return $"{path} held by {process}";
        if (_open.TryAdd(process, open.Length) || open.Length <= _open[process] + Spare) yield break;
        yield return $"{open.Length} descriptors in {process}, {_open[process]} before: {string.Join(' ', open.Select(Target).GroupBy(
            path => path.Split(':')[0]).Select(kind => $"{kind.Key} {kind.Count()}"))}";
    }

    /// <summary>Of this test: by its command line; or, whatever it has become, by the test's program in a private root.</summary>
    private bool Belongs(string folder)
    {
        bool marked = Read(folder, "cmdline").Contains(_mark, StringComparison.Ordinal)
            || (Space(folder) is { Length: > 0 } space && space != _space && Read(folder, "mountinfo").Contains($"/{_mark}.pl", StringComparison.Ordinal));
        return marked && ProcessIdentity.Of(int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture)) is not null;
    }

    /// <summary>A child of the test or of its supervisor, though it has ended and nobody took notice.</summary>
    private static bool IsChild(string folder, int[] parents)
    {
        string stat = Read(folder, "stat");
        return stat.Length > 0 && parents.Contains(int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture));
    }

    private static IEnumerable<string> Processes() =>
        Directory.EnumerateDirectories("/proc").Where(folder => Path.GetFileName(folder).All(char.IsAsciiDigit));

    private static string Space(string folder) => Target(Path.Combine(folder, "ns/mnt"));

    private static string Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget ?? "";
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return ""; // ended meanwhile, or another user's
        }
    }

    private static string Read(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static int Mounts(string mark) => File.ReadLines("/proc/self/mountinfo").Count(line => line.Contains(mark, StringComparison.Ordinal));

    // Groups of a maker stand beside it: below its own group in each hierarchy.
    private static IEnumerable<string> GroupFolders()
    {
        foreach (string[] line in File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':', 3)))
        {
            string folder = line[1].Length == 0 ? "/sys/fs/cgroup" + line[2] : $"/sys/fs/cgroup/{line[1]}{line[2]}";
            if (!Directory.Exists(folder)) continue;
            foreach (string group in Directory.EnumerateDirectories(folder, "peercompute-*")) yield return group;
        }
    }
}
