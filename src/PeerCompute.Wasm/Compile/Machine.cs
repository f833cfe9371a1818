// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PeerCompute.Wasm.Runtime;

namespace PeerCompute.Wasm.Compile;

/// <summary>
/// What compiled code of one program works on; the first argument of each of its functions. The fields of the instance are those of the one that
/// runs: a call into another instance exchanges them for its time.
/// </summary>
internal sealed unsafe class Machine : FuelCell
{
    /// <summary>Slots for what does not go by registers: results after the first, arguments of calls that leave the instance. More than any arity.</summary>
    private const int SlotCount = 1_024;

    private readonly ulong[] _slots = GC.AllocateArray<ulong>(SlotCount, pinned: true);
    private readonly int _maxFrameUnits;
    private readonly bool _wide;
    private readonly long _stackBytes;

    public Machine(Store store, int maxFrameUnits, long stackBytes)
    {
        Store = store;
        Slots = (ulong*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_slots));
        _maxFrameUnits = maxFrameUnits;
        _wide = AccessGroup.IsWide(store.MaxPages);
        _stackBytes = stackBytes > 0 ? stackBytes : WasmStack.Assumed;
    }

    /// <summary>Start of the memory; it never moves.</summary>
    public byte* Memory;

    /// <summary>First addresses at which accesses of 1, 2, 4 and 8 bytes leave memory; the first is memory's length.</summary>
    public ulong Limit1;
    public ulong Limit2;
    public ulong Limit4;
    public ulong Limit8;

    /// <summary>Always zero, which the runtime's compiler does not know.</summary>
    public int Zero;

    /// <inheritdoc cref="Zero"/>
    public long WideZero;

    /// <summary>Cells of the instance's globals.</summary>
    public ulong** Globals;

    /// <summary>No function may be entered with its frame below this address.</summary>
    public byte* StackLimit;

    public ulong* Slots;

    public WasmInstance Instance = null!;

    /// <summary>The function that <see cref="Support.Lookup"/> found and that is not of the running instance.</summary>
    public FunctionInstance Callee = null!;

    public Store Store { get; }

    /// <summary>Calls a function from outside.</summary>
    /// <exception cref="TrapException">It trapped.</exception>
    /// <exception cref="InsufficientExecutionStackException">The thread's stack is too small for the frame units granted.</exception>
    public ulong[] Invoke(FunctionInstance function, ReadOnlySpan<ulong> arguments)
    {
        arguments.CopyTo(_slots);
        byte here;
        StackLimit = &here - _stackBytes + WasmStack.Reserve;
        if (function.Host is { } host)
        {
            host(function.Instance!, _slots.AsSpan(0, function.Slots));
        }
        else
        {
            Switch(function.Instance!);
            Enter(function, _maxFrameUnits);
        }

        return _slots.AsSpan(0, function.Type.Results.Length).ToArray();
    }

    /// <summary>Makes an instance the running one.</summary>
    public void Switch(WasmInstance instance)
    {
        Instance = instance;
        Memory = instance.MemoryData;
        Globals = instance.GlobalCells;
        Measure();
    }

    /// <summary>Takes over the length that the instance's memory has now.</summary>
    public void Measure()
    {
        Limit1 = Instance.MemoryLength;
        Limit2 = Limit1 - Math.Min(Limit1, 1);
        Limit4 = Limit1 - Math.Min(Limit1, 3);
        Limit8 = Limit1 - Math.Min(Limit1, 7);
    }

    /// <summary>The code of an instance's module, as the memory granted to this program allows it.</summary>
    public CompiledModule CodeOf(WasmInstance instance) => instance.Module.CompiledFor(_wide);

    /// <summary>Calls a function of the running instance; its arguments stand in the slots, its results afterwards.</summary>
    public void Enter(FunctionInstance function, int depth)
    {
        var instance = function.Instance!;
        var code = CodeOf(instance);
        var enter = (delegate*<Machine, int, nint, void>)code.EntryOf(instance.Module.FunctionTypes[function.Index]);
        enter(this, depth, code.CodeOf(function.Index));
    }
}
