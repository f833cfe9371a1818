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

    /// <summary>Options of bubblewrap that lay the root.</summary>
    /// <param name="root">A folder whose entries become the root; null: the host's programs.</param>
    public static IEnumerable<string> Options(string? root) => root is null ? OfTheHost() : OfFolder(root);

    /// <summary>Whether a folder lies where the program may write: it is not in the root that was given, and has to be made.</summary>
    /// <param name="path">A full path inside.</param>
    public static bool IsMadeHere(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries) is ["run" or "tmp" or "job", ..];

    private static IEnumerable<string> OfTheHost()
    {
        List<string> options = ["--ro-bind", "/usr", "/usr"];
        foreach (string folder in SystemFolders) options.AddRange(Entry(folder, folder));
        foreach (string file in Settings.Where(Path.Exists)) options.AddRange(["--ro-bind", file, file]);
        return options;
    }

    private static IEnumerable<string> OfFolder(string root)
    {
        var options = new List<string>();
        foreach (string entry in Directory.EnumerateFileSystemEntries(root).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(entry);
            if (!Own.Contains(name)) options.AddRange(Entry(entry, "/" + name));
        }

        string settings = Path.Combine(root, "etc");
        if (!Directory.Exists(settings) || new DirectoryInfo(settings).LinkTarget is not null) return options;
        foreach (string entry in Directory.EnumerateFileSystemEntries(settings).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(entry);
            if (name is not ("passwd" or "group")) options.AddRange(Entry(entry, "/etc/" + name));
        }

        return options;
    }

    private static string[] Entry(string path, string inside)
    {
        if (!Path.Exists(path) && new FileInfo(path).LinkTarget is null) return [];
        return new FileInfo(path).LinkTarget is { } target ? ["--symlink", target, inside] : ["--ro-bind", path, inside];
    }
}
