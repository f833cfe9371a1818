// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace PeerCompute.Base.Linux;

/// <summary>Walls that a process puts around itself; none can be taken down again. Linux only.</summary>
internal static unsafe class ProcessWalls
{
    private const int SetParentDeathSignal = 1;
    private const int SetDumpable = 4;
    private const int SetNoNewPrivileges = 38;
    private const int KillSignal = 9;
    private const nint SeccompX64 = 317;
    private const nint GetEffectiveGroupX64 = 108;
    private const nint SocketX64 = 41;
    private const nuint FilterMode = 1;
    private const nuint AllThreads = 1;

    /// <summary>The user that the process acts as; 0 is root.</summary>
    public static uint EffectiveUser => Libc.GetEffectiveUserId();

    /// <summary>The group that the process acts as.</summary>
    public static uint EffectiveGroup => (uint)Libc.SystemCall(GetEffectiveGroupX64, 0, 0, 0);

    /// <summary>The process that started this one; 1 or 0 once that has ended.</summary>
    public static int Parent => Libc.GetParentProcessId();

    /// <summary>Dies when the thread that started this process ends.</summary>
    /// <returns>False where the kernel refuses.</returns>
    public static bool DieWithParent() => Libc.ProcessControl(SetParentDeathSignal, KillSignal, 0, 0, 0) == 0;

    /// <summary>No core dumps, no debugger of the same user.</summary>
    /// <returns>False where the kernel refuses.</returns>
    public static bool ForbidDumps() => Libc.ProcessControl(SetDumpable, 0, 0, 0, 0) == 0;

    /// <summary>No exec gives this process more rights; needed before a filter.</summary>
    /// <returns>False where the kernel refuses.</returns>
    public static bool ForbidNewPrivileges() => Libc.ProcessControl(SetNoNewPrivileges, 1, 0, 0, 0) == 0;

    /// <summary>Sets the soft and the hard bound of a resource.</summary>
    /// <param name="resource">Number of the resource, as in sys/resource.h.</param>
    /// <param name="value">The bound in the resource's unit.</param>
    /// <returns>False where the kernel refuses.</returns>
    public static bool Limit(int resource, ulong value)
    {
        ulong* both = stackalloc ulong[2];
        both[0] = both[1] = value;
        return Libc.SetResourceLimit(resource, both) == 0;
    }

    /// <summary>Puts a filter of system calls on every thread of the process. Only on x86-64, whose call numbers the filter uses.</summary>
    /// <param name="program">Instructions of 8 bytes each (struct sock_filter).</param>
    /// <returns>0, or the error number; -1: another architecture.</returns>
    public static int FilterSystemCalls(ReadOnlySpan<byte> program)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64) return -1;
        fixed (byte* instructions = program)
        {
            // struct sock_fprog: a 16-bit length, padding, a pointer.
            nuint* filter = stackalloc nuint[2];
            filter[0] = (nuint)(program.Length / 8);
            filter[1] = (nuint)instructions;
            nint result = Libc.SystemCall(SeccompX64, FilterMode, AllThreads, (nuint)filter);
            return result == 0 ? 0 : result > 0 ? (int)result : Marshal.GetLastPInvokeError();
        }
    }

    /// <summary>Tries to open a socket and closes it again: a check of the walls. Only on x86-64.</summary>
    /// <param name="family">1 local, 2 IPv4, 10 IPv6, 16 netlink.</param>
    /// <returns>True if the kernel gave one.</returns>
    public static bool CanOpenSocket(int family)
    {
        const int stream = 1, datagram = 2, netlink = 16;
        nint socket = Libc.SystemCall(SocketX64, (nuint)family, family == netlink ? (nuint)datagram : stream, 0);
        if (socket < 0) return false;
        Libc.Close((int)socket);
        return true;
    }
}
