// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Groups;

/// <summary>What a control group allows all its processes together.</summary>
/// <param name="MemoryBytes">Most memory, page cache and files in memory included; swap is off where the kernel counts it.</param>
/// <param name="Processes">Most processes and threads.</param>
internal sealed record GroupBounds(long MemoryBytes, int Processes)
{
    /// <summary>Most processes and threads of a WebAssembly child: the runtime takes about 15, bubblewrap 2.</summary>
    public const int OfChild = 128;

    /// <summary>Most time on processors, in thousandths of one; 0: no bound.</summary>
    public int CpuMillis { get; init; }

    /// <summary>Share of the processors where they are short, of 1 to 10 000 (cpu.weight; others have 100); 0: as others.</summary>
    public int CpuWeight { get; init; }
}
