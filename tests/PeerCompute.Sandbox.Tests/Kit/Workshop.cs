// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Sandbox.Tests.Kit;

/// <summary>A folder that every user may read: this program, and the attempts as program and as library, built from their source.</summary>
internal sealed class Workshop : IDisposable
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private Workshop(string folder) => Folder = folder;

    /// <summary>Its path.</summary>
    public string Folder { get; }

    /// <summary>The folder of this project's sources.</summary>
    public static string Sources { get; } = FindSources();

    /// <summary>This program in a workshop.</summary>
    public static string Program(string folder) => Path.Combine(folder, "bin", Path.GetFileName(typeof(Workshop).Assembly.Location));

    /// <summary>The attempts as a program.</summary>
    public static string Attempts(string folder) => Path.Combine(folder, "attempts");

    /// <summary>The same, with the set-user-id bit and another owner; empty where only root could make it.</summary>
    public static string SetUserId(string folder) => File.Exists(Path.Combine(folder, "setuid")) ? Path.Combine(folder, "setuid") : "";

    /// <summary>Builds one.</summary>
    public static Workshop Build()
    {
        var workshop = new Workshop(Directory.CreateTempSubdirectory("escape").FullName);
        File.SetUnixFileMode(workshop.Folder, Readable);
        string bin = Path.Combine(workshop.Folder, "bin");
        Directory.CreateDirectory(bin, Readable);
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory)) File.Copy(file, Path.Combine(bin, Path.GetFileName(file)));
        string[] sources = [.. Directory.EnumerateFiles(Path.Combine(Sources, "attempts"), "*.c").Order(StringComparer.Ordinal)];
        string[] common = ["-std=gnu11", "-O1", "-Wall", "-Wextra", "-Werror", "-fPIC"];
        Command.Run("clang", [.. common, "-o", Attempts(workshop.Folder), .. sources]);
        Command.Run("clang", [.. common, "-shared", "-o", Path.Combine(bin, "attempts.so"), .. sources]);
        if (Environment.UserName != "root") return workshop;
        string setUserId = Path.Combine(workshop.Folder, "setuid");
        File.Copy(Attempts(workshop.Folder), setUserId);
        Command.Run("chown", "nobody", setUserId);
        Command.Run("chmod", "4755", setUserId);
        return workshop;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string FindSources()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "tests/PeerCompute.Sandbox.Tests");
            if (File.Exists(Path.Combine(path, "enclosure.sh"))) return path;
        }

        throw new FileNotFoundException("the attempts are built from the source tree: run these tests inside a clone");
    }
}
