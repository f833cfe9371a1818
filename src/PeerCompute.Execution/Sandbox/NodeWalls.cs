// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Linux;

namespace PeerCompute.Execution.Sandbox;

/// <summary>The wall around the node itself, in whose memory its key lies.</summary>
public static class NodeWalls
{
    /// <summary>
    /// Closes this process's memory to every other process of its user: no <c>/proc/PID/mem</c>, no debugger, and no core dump (prctl(2),
    /// PR_SET_DUMPABLE; ptrace(2), "Ptrace access mode checking"). Root still may. Where there is no Linux nothing happens.
    /// </summary>
    /// <returns>False where the kernel refuses.</returns>
    public static bool Raise() => !OperatingSystem.IsLinux() || ProcessWalls.ForbidDumps();
}
