// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PeerCompute.Wasm.Runtime;

namespace PeerCompute.Wasm.Interpret;

/// <summary>
/// Runs internal code. Frames live in one array of slots that never moves; a call's arguments already stand where the callee's parameters are.
/// Calls between functions never use the machine's stack, so depth is exactly what docs/wasm.md counts.
/// </summary>
internal sealed unsafe partial class Interpreter
{
    private readonly Store _store;
    private readonly int _maxFrameUnits;
    private readonly List<(WasmInstance Instance, nint Ip)> _contexts = [];
    private readonly Ins[] _stubs = GC.AllocateArray<Ins>(2, pinned: true);
    private readonly Ins* _exit;
    private readonly Ins* _contextReturn;
    private ulong[]? _stack;

    public Interpreter(Store store, int maxFrameUnits)
    {
        _store = store;
        _maxFrameUnits = maxFrameUnits;
        _stubs[0].Op = Op.Exit;
        _stubs[1].Op = Op.ContextReturn;
        _exit = (Ins*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_stubs));
        _contextReturn = _exit + 1;
    }

    /// <summary>Calls a function from outside, within so many frame units.</summary>
    /// <exception cref="TrapException">It trapped.</exception>
    public ulong[] Invoke(FunctionInstance function, ReadOnlySpan<ulong> arguments, int frameUnits)
    {
        if (function.Host is { } host)
        {
            var slots = new ulong[function.Slots];
            arguments.CopyTo(slots);
            host(function.Instance!, slots);
            return slots.AsSpan(0, function.Type.Results.Length).ToArray();
        }

        // The slots of all frames are fewer than their units; the entry's results may stand above its own slots.
        _stack ??= GC.AllocateUninitializedArray<ulong>(_maxFrameUnits + 16, pinned: true);
        var fp = (ulong*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_stack));
        var entry = function.Entry;
        if (entry->Units > frameUnits)
        {
            throw new TrapException(TrapKind.CallStackExhausted);
        }

        arguments.CopyTo(_stack);
        Array.Clear(_stack, entry->ZeroFrom, entry->ZeroCount);
        fp[entry->ReturnSlot] = (ulong)_exit;
        fp[entry->ReturnSlot + 1] = (ulong)fp;
        _contexts.Clear();
        var trap = _store.Fuel.Charge(entry->EntryFuel);
        if (trap == TrapKind.None)
        {
            trap = Run(function.Instance!, entry->Code, fp, frameUnits - entry->Units);
        }

        GC.KeepAlive(function);
        return trap == TrapKind.None
            ? _stack.AsSpan(0, function.Type.Results.Length).ToArray()
            : throw new TrapException(trap);
    }

    private static void Move(ulong* to, ulong* from, int count)
    {
        for (var i = 0; i < count; i++)
        {
            to[i] = from[i];
        }
    }

    private static TrapKind Lookup(WasmInstance instance, Ins* ins, uint index, out FunctionInstance callee)
    {
        callee = null!;
        var table = instance.Tables[ins->C];
        if (index >= table.Size)
        {
            return TrapKind.UndefinedElement;
        }

        var handle = table[index];
        if (handle == 0)
        {
            return TrapKind.UninitializedElement;
        }

        callee = instance.Store.Function(handle);
        return callee.TypeId == instance.TypeIds[ins->Lo] ? TrapKind.None : TrapKind.IndirectCallTypeMismatch;
    }

    private Ins* PopContext(out WasmInstance instance)
    {
        (instance, var ip) = _contexts[^1];
        _contexts.RemoveAt(_contexts.Count - 1);
        return (Ins*)ip;
    }
}
