// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Native;

/// <summary>What a native program finds below its root folder, all of it only to be read.</summary>
internal static class NativeRoot
{
    private static readonly string[] SystemFolders = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

    /// <summary>Of the host's /etc: what the loader looks up, and the links that choose among libraries. Nothing of users or networks.</summary>
    private static readonly string[] Settings = ["/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/etc/fonts"];

    /// <summary>Made by the sandbox itself, whatever a given root folder has there.</summary>
    private static readonly string[] Own = ["proc", "dev", "sys", "run", "tmp", "job", "etc"];

    /// <summary>What the root is laid of.</summary>
    /// <param name="root">A folder whose entries become the root; null: the host's programs.</param>
    public static IEnumerable<RootEntry> Entries(string? root) => root is null ? OfTheHost() : OfFolder(root);

    /// <summary>The same as options of bubblewrap.</summary>
    /// <param name="root">As above.</param>
    public static IEnumerable<string> Options(string? root) =>
        Entries(root).SelectMany(static entry => (string[])[entry.IsLink ? "--symlink" : "--ro-bind", entry.Source, entry.Inside]);

    /// <summary>Whether a folder lies where the program may write: it is not in the root that was given, and has to be made.</summary>
    /// <param name="path">A full path inside.</param>
    public static bool IsMadeHere(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries) is ["run" or "tmp" or "job", ..];

    private static IEnumerable<RootEntry> OfTheHost() =>
    [
        new("/usr", "/usr"), .. SystemFolders.SelectMany(static folder => Entry(folder, folder)),
        .. Settings.Where(Path.Exists).Select(static file => new RootEntry(file, file)),
    ];

    private static IEnumerable<RootEntry> OfFolder(string root)
    {
        string settings = Path.Combine(root, "etc");
        bool hasSettings = Directory.Exists(settings) && new DirectoryInfo(settings).LinkTarget is null;
        return [.. Below(root, "/", Own), .. hasSettings ? Below(settings, "/etc/", ["passwd", "group"]) : []];
    }

    private static IEnumerable<RootEntry> Below(string folder, string inside, string[] without) => Directory.EnumerateFileSystemEntries(folder)
        .Order(StringComparer.Ordinal).Where(entry => !without.Contains(Path.GetFileName(entry)))
        .SelectMany(entry => Entry(entry, inside + Path.GetFileName(entry)));

    private static RootEntry[] Entry(string path, string inside)
    {
        if (!Path.Exists(path) && new FileInfo(path).LinkTarget is null) return [];
        return [new FileInfo(path).LinkTarget is { } target ? new RootEntry(target, inside, IsLink: true) : new RootEntry(path, inside)];
    }
}
