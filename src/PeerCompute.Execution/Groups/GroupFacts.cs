// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Groups;

/// <summary>What the kernel counted for a control group; null where it does not say.</summary>
/// <param name="PeakMemoryBytes">Most memory held at once.</param>
/// <param name="Killed">Processes that the kernel killed because memory was short.</param>
/// <param name="MemoryRefused">How often the memory limit was met.</param>
/// <param name="ProcessesRefused">How often a new process was refused.</param>
/// <param name="Cpu">Time on processors.</param>
internal sealed record GroupFacts(long? PeakMemoryBytes, long? Killed, long? MemoryRefused, long? ProcessesRefused, TimeSpan? Cpu)
{
    private const long NanosecondsPerTick = 100;

    /// <summary>Reads them from the folders of a group.</summary>
    public static GroupFacts Read(IReadOnlyList<string> folders)
    {
        long? nanoseconds = First("cpuacct.usage"), microseconds = First("cpu.stat", "usage_usec");
        return new GroupFacts(
            First("memory.peak") ?? First("memory.max_usage_in_bytes"),
            First("memory.events", "oom_kill") ?? First("memory.oom_control", "oom_kill"),
            First("memory.events", "max") ?? Sum(First("memory.failcnt"), First("memory.memsw.failcnt")),
            First("pids.events", "max"),
            nanoseconds is { } n ? TimeSpan.FromTicks(n / NanosecondsPerTick) : microseconds is { } u ? TimeSpan.FromMicroseconds(u) : null);

        // In version 1 the limit of memory and swap together is asked first.
        static long? Sum(long? memory, long? both) => memory is null && both is null ? null : (memory ?? 0) + (both ?? 0);

        long? First(string file, string name = "") =>
            folders.Select(folder => GroupFiles.Number(Path.Combine(folder, file), name)).FirstOrDefault(number => number is not null);
    }
}
