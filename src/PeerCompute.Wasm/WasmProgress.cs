// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Runtime;

namespace PeerCompute.Wasm;

/// <summary>How far a compiled program has come, for any thread to read; for one program at a time.</summary>
public sealed class WasmProgress
{
    private FuelCell? _cell;
    private long _limit;

    /// <summary>Fuel used by the program as of its last call or turn of a loop around another; 0 before it starts.</summary>
    public long FuelUsed => Volatile.Read(ref _cell) is { } cell ? Math.Max(0, _limit - Math.Max(0, Volatile.Read(ref cell.Left))) : 0;

    internal void Attach(FuelCell cell, long limit)
    {
        _limit = limit;
        Volatile.Write(ref _cell, cell);
    }
}
