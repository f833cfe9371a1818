// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Runtime;

/// <summary>Fills the imports of an instance and compares their types (WebAssembly 2.0, section 4.5.3).</summary>
internal sealed class Linker(WasmInstance instance, Func<Import, object?> resolve)
{
    private int _functions;
    private int _tables;
    private int _globals;

    public void Link()
    {
        foreach (var import in instance.Module.Imports)
        {
            var found = resolve(import) ?? throw Refuse(import, "unknown import");
            if (!TryLink(import, found))
            {
                throw Refuse(import, "incompatible import type");
            }
        }
    }

    private static WasmInvalidException Refuse(Import import, string reason) =>
        new(WasmFault.Unlinkable, -1, FormattableString.Invariant($"{reason}: {import.Module}.{import.Name}"));

    private bool TryLink(Import import, object found)
    {
        switch (import.Kind, found)
        {
            case (ExternKind.Function, FunctionInstance function):
                instance.Functions[_functions++] = function;
                return function.TypeId == instance.TypeIds[import.TypeIndex];
            case (ExternKind.Table, Table table):
                instance.Tables[_tables++] = table;
                return table.Type.Element == import.Table.Element && import.Table.Limits.Admits(table.Size, table.Type.Limits.Max);
            case (ExternKind.Memory, LinearMemory memory):
                instance.Memory = memory;
                return import.Memory.Admits(memory.Pages, memory.Max);
            case (ExternKind.Global, Global global):
                instance.Globals[_globals++] = global;
                return global.Type == import.Global;
            default:
                return false;
        }
    }
}
