// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using PeerCompute.Base.Linux;
using PeerCompute.Execution.Protocol;

namespace PeerCompute.Execution.Sandbox;

/// <summary>Runs inside a child: tries what a captured program would try, and says what was refused.</summary>
internal static class WallTrial
{
    private const int Local = 1, IPv4 = 2, IPv6 = 10, Netlink = 16;
    private const int MostOwnProcesses = 4; // bubblewrap's first process and the child itself, with room to spare

    /// <summary>Tries every wall.</summary>
    /// <param name="filterStands">Whether the filter of system calls was accepted.</param>
    public static WallsMessage Run(bool filterStands) => new()
    {
        Filter = filterStands,
        NoNewPrivileges = Status("NoNewPrivs:") == 1,
        NoSockets = !new[] { Local, IPv4, IPv6, Netlink }.Any(ProcessWalls.CanOpenSocket),
        NoProcesses = !CanStartProcess(),
        NoHostFiles = !new[] { "/etc/passwd", "/root", "/home", "/var", "/sys" }.Any(Path.Exists),
        NoHostProcesses = Directory.EnumerateDirectories("/proc").Count(IsProcess) <= MostOwnProcesses,
        NoNetwork = Lines("/proc/net/dev").Skip(2).All(line => line.TrimStart().StartsWith("lo:", StringComparison.Ordinal)),
        NoCapabilities = Status("CapEff:") == 0,
    };

    private static bool IsProcess(string path) => Path.GetFileName(path).All(char.IsAsciiDigit);

    private static ulong? Status(string field) =>
        Lines("/proc/self/status").FirstOrDefault(line => line.StartsWith(field, StringComparison.Ordinal)) is { } line
        && ulong.TryParse(line.AsSpan(field.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong value) ? value : null;

    private static string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool CanStartProcess()
    {
        string program = new[] { "/usr/bin/true", "/bin/true" }.FirstOrDefault(File.Exists) ?? "/bin/sh";
        if (ChildProcess.Start([program], [], [0, 1, 2], out int pid) != 0) return false;
        ChildProcess.Reap(pid);
        return true;
    }
}
