// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm;

/// <summary>A flag that any thread may set; the program sees it at the latest about a million units of fuel later.</summary>
public sealed class WasmCancellation
{
    private volatile bool _cancelled;

    /// <summary>Whether the program was asked to stop.</summary>
    public bool IsCancelled => _cancelled;

    /// <summary>Asks the program to stop with <see cref="TrapKind.Cancelled"/>.</summary>
    public void Cancel() => _cancelled = true;
}
