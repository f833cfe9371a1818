// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Sandbox;

/// <summary>
/// What a child sees of the folder that its program lies in: the program, and nothing else that its owner keeps there, such as a node's home.
/// </summary>
internal static class ProgramFolder
{
    private static readonly string[] Kinds = [".dll", ".json", ".so", ".pdb", ".xml"];

    /// <summary>Options of bubblewrap that show the program: the whole folder where it holds nothing else, its folders covered; else file by file.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="inside">Where the child sees it.</param>
    public static IEnumerable<string> Options(string folder, string inside)
    {
        string[] files = Directory.GetFiles(folder), program = [.. files.Where(IsProgram)], folders = Directory.GetDirectories(folder);
        return files.Length == program.Length && folders.All(other => new DirectoryInfo(other).LinkTarget is null)
            ? ["--ro-bind", folder, inside, .. folders.SelectMany(other => Covered($"{inside}/{Path.GetFileName(other)}"))]
            : program.SelectMany(file => (string[])["--ro-bind", file, $"{inside}/{Path.GetFileName(file)}"]);
    }

    private static string[] Covered(string folder) => ["--perms", "0555", "--tmpfs", folder, "--remount-ro", folder];

    // The launcher beside its assembly has no ending.
    private static bool IsProgram(string file) => Kinds.Contains(Path.GetExtension(file)) || File.Exists(file + ".dll");
}
