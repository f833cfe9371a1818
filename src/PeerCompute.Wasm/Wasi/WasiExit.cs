// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Runtime;

namespace PeerCompute.Wasm.Wasi;

/// <summary>How a program ended. All of it is the same on every machine unless <see cref="Trap"/> is <see cref="TrapKind.Cancelled"/>.</summary>
/// <param name="ExitCode">What it exited with; -1 if it trapped.</param>
/// <param name="Trap">Why it was stopped, or <see cref="TrapKind.None"/>.</param>
/// <param name="FuelUsed">Units of fuel (docs/wasm.md).</param>
/// <param name="PeakPages">Pages of 64 KiB that its memory had at the end, which is the most it had.</param>
public sealed record WasiExit(int ExitCode, TrapKind Trap, long FuelUsed, int PeakPages)
{
    /// <summary>Whether the program asked for pages that it declared but was not granted.</summary>
    public bool MemoryRefused { get; init; }

    /// <summary>Name of the trap, as in docs/wasm.md; <c>none</c> without one.</summary>
    public string TrapText => Traps.NameOf(Trap);
}
