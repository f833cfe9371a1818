// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Steps;

/// <summary>What makes a module a step program (docs/step-abi.md, section 2).</summary>
public static class StepModule
{
    internal const string Init = "init";
    internal const string Step = "step";
    internal const string Initialize = "_initialize";
    internal const int MostTables = 8;

    /// <summary>Whether a module means to be a step program: it exports a function <c>step</c> and is no command.</summary>
    /// <param name="module">Any module.</param>
    /// <returns>True when it does; it may be refused still.</returns>
    public static bool IsMeant(WasmModule module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return module.FindExport("_start") is null && module.FindExport(Step) is { Kind: ExternKind.Function };
    }

    internal static void Check(WasmModule module)
    {
        if (module.FindExport("_start") is not null)
        {
            throw Refuse("it exports _start, so it is a command");
        }

        Expect(module, Init, []);
        Expect(module, Step, [WasmType.I32]);
        if (module.FindExport(Initialize) is not null)
        {
            Expect(module, Initialize, []);
        }

        if (module.FindExport("memory") is not { Kind: ExternKind.Memory })
        {
            throw Refuse("no memory is exported as memory");
        }

        if (module.Tables.Length > MostTables)
        {
            throw Refuse($"{module.Tables.Length} tables, at most {MostTables}");
        }

        CheckReferences(module);
    }

    private static void CheckReferences(WasmModule module)
    {
        foreach (var table in module.Tables)
        {
            if (table.Element != WasmType.FuncRef)
            {
                throw Refuse("a table of externref, which no state can hold");
            }
        }

        foreach (var global in module.Globals)
        {
            if (global.Type == WasmType.ExternRef)
            {
                throw Refuse("a global of externref, which no state can hold");
            }
        }
    }

    private static void Expect(WasmModule module, string name, WasmType[] results)
    {
        if (module.FindExport(name) is not { Kind: ExternKind.Function } export
            || module.TypeOf(export.Index) is not { Params.Length: 0 } type || !type.Results.AsSpan().SequenceEqual(results))
        {
            throw Refuse($"a function {name} without parameters and with {(results.Length == 0 ? "no result" : "the result i32")} is not exported");
        }
    }

    private static WasmInvalidException Refuse(string reason) => new(WasmFault.Unlinkable, -1, "no step program: " + reason);
}
