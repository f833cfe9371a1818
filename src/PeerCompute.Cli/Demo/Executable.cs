// SPDX-License-Identifier: Apache-2.0
using System.Reflection;

namespace PeerCompute.Cli.Demo;

/// <summary>How to start this program once more.</summary>
internal static class Executable
{
    private static readonly bool ByHost = System.IO.Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";

    /// <summary>The file to execute: this program, or dotnet where it hosts this program.</summary>
    public static string Path { get; } = Environment.ProcessPath!;

    /// <summary>What comes before this program's own arguments.</summary>
    public static string[] Arguments { get; } = ByHost ? [Assembly.GetEntryAssembly()!.Location] : [];

    /// <summary>What a person types to start it: its name where the PATH finds it, else the shortest path.</summary>
    public static string Command => Tools.Find("peercompute") == Path ? "peercompute" : string.Join(' ', [Short(Path), .. Arguments.Select(Short)]);

    private static string Short(string path)
    {
        var relative = System.IO.Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.Length < path.Length && !relative.StartsWith("..", StringComparison.Ordinal) ? relative : path;
    }
}
