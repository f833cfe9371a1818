// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Runtime;

/// <summary>A global: a cell that does not move, shared by all instances that import it.</summary>
internal sealed unsafe class Global
{
    private readonly ulong[] _cell = GC.AllocateArray<ulong>(1, pinned: true);

    public Global(GlobalType type, ulong value)
    {
        Type = type;
        Value = value;
    }

    public GlobalType Type { get; }

    public ulong Value
    {
        get => _cell[0];
        set => _cell[0] = value;
    }

    public ulong* Cell => (ulong*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_cell));
}
