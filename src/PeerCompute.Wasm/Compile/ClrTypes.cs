// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Compile;

/// <summary>The runtime's types for those of WebAssembly.</summary>
internal static class ClrTypes
{
    public static Type Of(WasmType type) => type switch
    {
        WasmType.I32 => typeof(int),
        WasmType.F32 => typeof(float),
        WasmType.F64 => typeof(double),
        _ => typeof(long),
    };

    public static bool IsFloat(WasmType type) => type is WasmType.F32 or WasmType.F64;

    /// <summary>Result of a compiled function: the first; the others go by slots.</summary>
    public static Type Result(FuncType type) => type.Results.Length == 0 ? typeof(void) : Of(type.Results[0]);

    /// <summary>Parameters of a compiled function: machine, frame units left, then its own.</summary>
    public static Type[] Parameters(FuncType type)
    {
        var types = new Type[type.Params.Length + 2];
        types[0] = typeof(Machine);
        types[1] = typeof(int);
        for (var i = 0; i < type.Params.Length; i++)
        {
            types[i + 2] = Of(type.Params[i]);
        }

        return types;
    }
}
