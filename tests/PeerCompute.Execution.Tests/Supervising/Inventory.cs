// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using PeerCompute.Execution.Supervising;

namespace PeerCompute.Execution.Tests.Supervising;

/// <summary>What lives of a test's leases: processes (and so cores and memory), control groups, mounts, files, descriptors.</summary>
/// <param name="root">Folder of the test; its name is in the command line of everything that belongs to it.</param>
internal sealed class Inventory(string root)
{
    private readonly string _mark = Path.GetFileName(root);
    private readonly int _mounts = Mounts(Path.GetFileName(root));

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
            string left = Left(supervisor, makers, folders);
            if (left.Length == 0 || clock.Elapsed > patience) return (clock.Elapsed, left);
            await Task.Delay(20); // a look at every process costs some milliseconds
        }
    }

    /// <summary>Descriptors of a process.</summary>
    public static int Descriptors(int process) =>
        Directory.GetFiles(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/fd")).Length;

    private string Left(int supervisor, IReadOnlyCollection<int> makers, string[] folders)
    {
        IEnumerable<string> processes = Directory.EnumerateDirectories("/proc").Where(Belongs).Select(Path.GetFileName)
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture)).Where(id => id != supervisor && ProcessIdentity.Of(id) is not null)
            .Select(id => $"process {id}");
        IEnumerable<string> groups = GroupFolders().Where(folder => makers.Any(maker =>
            Path.GetFileName(folder).StartsWith(string.Create(CultureInfo.InvariantCulture, $"peercompute-{maker}-"), StringComparison.Ordinal)));
        IEnumerable<string> files = folders.SelectMany(Directory.EnumerateFileSystemEntries);
        string mounts = Mounts(_mark) == _mounts ? "" : "a mount";
        return string.Join(", ", processes.Concat(groups).Concat(files).Append(mounts).Where(left => left.Length > 0));
    }

    private bool Belongs(string folder)
    {
        if (!Path.GetFileName(folder).All(char.IsAsciiDigit)) return false;
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Contains(_mark, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // ended meanwhile
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
