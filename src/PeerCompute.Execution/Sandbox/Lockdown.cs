// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using PeerCompute.Base.Linux;
using PeerCompute.Execution.Seccomp;

namespace PeerCompute.Execution.Sandbox;

/// <summary>The walls that a child builds around itself before it reads a byte of the job.</summary>
internal static class Lockdown
{
    private const int FileSize = 1;
    private const int CoreSize = 4;
    private const int OpenFiles = 7;
    private const int LockedMemory = 8;
    private const ulong MostOpenFiles = 1024;
    private const ulong MostLockedBytes = 64 << 10; // the runtime locks one page

    /// <summary>Whether a filter of system calls exists for this machine.</summary>
    public static bool HasFilters => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Builds the walls. They hold for every thread, until the end of the process.</summary>
    /// <param name="fileBytes">Largest file that the process may write, bytes.</param>
    /// <param name="parent">The process that must still be there, or 0 where a namespace hides it.</param>
    /// <returns>True if the filter of system calls stands; false if this machine has none.</returns>
    /// <exception cref="InvalidOperationException">The kernel refuses a wall, or the parent has gone.</exception>
    public static bool Apply(long fileBytes, int parent)
    {
        Must(ProcessWalls.DieWithParent(), "parent-death signal");
        if (parent != 0) Must(ProcessWalls.Parent == parent, "parent: it has ended");
        Must(ProcessWalls.Limit(CoreSize, 0), "RLIMIT_CORE");
        ProcessWalls.Limit(OpenFiles, MostOpenFiles); // refused only where the bound is lower already
        ProcessWalls.Limit(LockedMemory, MostLockedBytes);
        Must(ProcessWalls.Limit(FileSize, (ulong)fileBytes), "RLIMIT_FSIZE");
        Must(ProcessWalls.ForbidDumps(), "PR_SET_DUMPABLE");
        Must(ProcessWalls.ForbidNewPrivileges(), "PR_SET_NO_NEW_PRIVS");
        return HasFilters && ProcessWalls.FilterSystemCalls(Filters.ForRuntime(Environment.ProcessId)) == 0;
    }

    private static void Must(bool stands, string wall)
    {
        if (!stands) throw new InvalidOperationException($"sandbox: {wall} refused");
    }
}
