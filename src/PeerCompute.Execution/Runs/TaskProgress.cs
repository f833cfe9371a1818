// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Runs;

/// <summary>How far a running task is; reported at most five times a second.</summary>
/// <param name="Index">Number of the task.</param>
/// <param name="Fuel">Fuel used so far.</param>
public readonly record struct TaskProgress(ulong Index, long Fuel);
