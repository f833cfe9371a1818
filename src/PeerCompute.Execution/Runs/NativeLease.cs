// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Execution.Native;

namespace PeerCompute.Execution.Runs;

/// <summary>What the tasks of a lease of a native program have beside what all leases have. Bounds hold for all processes of a task together.</summary>
public sealed record NativeLease
{
    /// <summary>What the program runs in.</summary>
    public required NativeSystem System { get; init; }

    /// <summary>Size of the work folder, bytes.</summary>
    public long WorkBytes { get; init; } = 64L << 20;

    /// <summary>Most processes and threads at once.</summary>
    public int Processes { get; init; } = 64;

    /// <summary>Most of the processors, in thousandths of one.</summary>
    public int CpuMillis { get; init; } = 1000;

    /// <summary>The weakest isolation behind which a task may run: what the job asks for, or what this host has advertised, whichever is more.</summary>
    public NativeIsolation Isolation { get; init; } = NativeIsolation.Degraded;
}
