// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Linux;

namespace PeerCompute.Execution.Native;

/// <summary>The resource limits of a native program (getrlimit(2)), set from outside on the first process of its namespace before the program begins.</summary>
internal static class ResourceLimits
{
    private const ulong OpenFiles = 1024;
    private const ulong MessageQueueBytes = 256 << 10; // three queues of the usual size: the host has 800 KiB for each user
    private const ulong LockedBytes = 64 << 10;
    private const ulong PendingSignals = 1024;

    /// <summary>Sets them.</summary>
    /// <param name="first">The first process of the namespace: what it starts inherits them.</param>
    /// <param name="spec">The bounds.</param>
    /// <param name="threads">Threads that the first process has until the program begins.</param>
    /// <param name="grouped">Whether a control group bounds the memory; else each process gets the whole as its address space.</param>
    /// <returns>The name of a limit that the kernel refused, or null.</returns>
    public static string? Set(OtherProcess first, NativeRunSpec spec, int threads, bool grouped)
    {
        // Numbers of asm-generic/resource.h. The processes of a user are counted by user namespace (Linux 5.14), so here the job's only.
        List<(string Name, int Number, ulong Value)> limits =
        [
            ("RLIMIT_CORE", 4, 0), ("RLIMIT_FSIZE", 1, (ulong)spec.WorkBytes), ("RLIMIT_NOFILE", 7, OpenFiles),
            ("RLIMIT_NPROC", 6, (ulong)(spec.Processes + threads)),
            ("RLIMIT_MEMLOCK", 8, LockedBytes), ("RLIMIT_SIGPENDING", 11, PendingSignals), ("RLIMIT_MSGQUEUE", 12, MessageQueueBytes),
            ("RLIMIT_NICE", 13, 0), ("RLIMIT_RTPRIO", 14, 0),
        ];
        if (!grouped) limits.Add(("RLIMIT_AS", 9, (ulong)spec.MemoryBytes));
        foreach ((string name, int number, ulong value) in limits)
        {
            if (first.Limit(number, value) != 0) return name;
        }

        return null;
    }
}
