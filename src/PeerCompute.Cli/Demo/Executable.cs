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
}
