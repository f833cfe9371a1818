// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace PeerCompute.Base.Linux;

/// <summary>A process that this one or its child started, held by a descriptor (pidfd_open(2)): its id cannot come to mean another one. x86-64 Linux.</summary>
internal sealed unsafe class OtherProcess : IDisposable
{
    private const nint PidFdOpen = 434, PidFdSendSignal = 424, ResourceLimits = 302; // asm/unistd_64.h
    private const int KillSignal = 9, TerminationSignal = 15;
    private readonly int _descriptor;
    private readonly int _id;

    private OtherProcess(int id, int descriptor)
    {
        _id = id;
        _descriptor = descriptor;
    }

    /// <summary>Its number, for as long as it is held and not waited for.</summary>
    public int Id => _id;

    /// <summary>The descriptor that holds it: readable when it has ended.</summary>
    public int Descriptor => _descriptor;

    /// <summary>Whether it has ended; whoever is its parent now may not have noticed yet.</summary>
    public bool HasEnded
    {
        get
        {
            // struct pollfd: a descriptor, 16 bits of events asked for, 16 bits of events seen. POLLIN: it has ended.
            long asked = (uint)_descriptor | (1L << 32);
            return Libc.Poll(&asked, 1, 0) != 0;
        }
    }

    /// <summary>Takes hold of a process.</summary>
    /// <param name="id">Its id.</param>
    /// <returns>The process, or null if there is none, or the kernel is older than 5.3.</returns>
    public static OtherProcess? Open(int id)
    {
        nint descriptor = Libc.SystemCall(PidFdOpen, (nuint)id, 0, 0);
        return descriptor < 0 ? null : new OtherProcess(id, (int)descriptor);
    }

    /// <summary>Kills it, and with the first process of a process namespace all that are in it.</summary>
    public void Kill() => Libc.SystemCall(PidFdSendSignal, (nuint)_descriptor, KillSignal, 0, 0);

    /// <summary>Asks it to end (SIGTERM).</summary>
    public void Terminate() => Libc.SystemCall(PidFdSendSignal, (nuint)_descriptor, TerminationSignal, 0, 0);

    /// <summary>Lowers the soft and the hard bound of one of its resources (prlimit(2)); one that is lower already stays.</summary>
    /// <param name="resource">Number of the resource, as in sys/resource.h.</param>
    /// <param name="value">The bound in the resource's unit.</param>
    /// <returns>0, or the error number.</returns>
    public int Limit(int resource, ulong value)
    {
        ulong* both = stackalloc ulong[2];
        if (Libc.SystemCall(ResourceLimits, (nuint)_id, (nuint)resource, 0, (nuint)both) != 0) return Marshal.GetLastPInvokeError();
        both[0] = both[1] = Math.Min(value, both[1]);
        return Libc.SystemCall(ResourceLimits, (nuint)_id, (nuint)resource, (nuint)both, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <inheritdoc/>
    public void Dispose() => _ = Libc.Close(_descriptor);
}
