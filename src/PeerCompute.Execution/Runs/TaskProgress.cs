// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wire.Leases;

namespace PeerCompute.Execution.Runs;

/// <summary>How far a running task is; reported at most five times a second.</summary>
/// <param name="Index">Number of the task.</param>
/// <param name="Fuel">Fuel used so far.</param>
public readonly record struct TaskProgress(ulong Index, long Fuel)
{
    /// <summary>Of a native program: what it says of itself since the last report; null where it is no such report.</summary>
    public LiveReport? Live { get; init; }
}
