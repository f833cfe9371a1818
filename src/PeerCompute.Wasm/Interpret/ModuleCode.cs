// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PeerCompute.Wasm.Interpret;

/// <summary>The internal code of a module in memory that does not move.</summary>
internal sealed unsafe class ModuleCode
{
    private readonly Ins[] _code;
    private readonly FunctionEntry[] _entries;

    private ModuleCode(Ins[] code, FunctionEntry[] entries)
    {
        _code = code;
        _entries = entries;
    }

    public FunctionEntry* Entries => (FunctionEntry*)Unsafe.AsPointer(
        ref MemoryMarshal.GetArrayDataReference(_entries));

    public int Length => _code.Length;

    public static ModuleCode Translate(WasmModule module)
    {
        var buffer = new CodeBuffer();
        var translator = new Translator(module, buffer);
        var entries = GC.AllocateArray<FunctionEntry>(module.Bodies.Length, pinned: true);
        var starts = new int[entries.Length];
        for (var i = 0; i < entries.Length; i++)
        {
            starts[i] = buffer.Count;
            entries[i] = translator.Translate(module.Bodies[i]);
        }

        var code = GC.AllocateUninitializedArray<Ins>(buffer.Count, pinned: true);
        buffer.CopyTo(code);
        var first = (Ins*)Unsafe.AsPointer(
            ref MemoryMarshal.GetArrayDataReference(code));
        for (var i = 0; i < entries.Length; i++)
        {
            // The first instruction charges the first block; calls do that themselves.
            entries[i].Code = first + starts[i] + 1;
        }

        return new ModuleCode(code, entries);
    }
}
