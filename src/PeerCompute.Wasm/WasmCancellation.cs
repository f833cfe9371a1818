// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Runtime;

namespace PeerCompute.Wasm;

/// <summary>
/// A flag that any thread may set, for one program at a time; the program sees it at its next turn of a loop or call of a function that calls, at the
/// latest about a million units of fuel later.
/// </summary>
public sealed class WasmCancellation
{
    private volatile bool _cancelled;
    private FuelCell? _cell;

    /// <summary>Whether the program was asked to stop.</summary>
    public bool IsCancelled => _cancelled;

    /// <summary>Asks the program to stop with <see cref="TrapKind.Cancelled"/>.</summary>
    public void Cancel()
    {
        _cancelled = true;
        Interlocked.MemoryBarrier();
        Raise();
    }

    /// <summary>The cell whose floor stops the program that runs now.</summary>
    internal void Attach(FuelCell cell)
    {
        Volatile.Write(ref _cell, cell);
        Interlocked.MemoryBarrier();
        if (_cancelled)
        {
            Raise();
        }
    }

    private void Raise()
    {
        if (Volatile.Read(ref _cell) is { } cell)
        {
            Volatile.Write(ref cell.Floor, long.MaxValue);
        }
    }
}
