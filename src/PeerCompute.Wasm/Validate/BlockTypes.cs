// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Validate;

/// <summary>Reads block types: empty, one result, or a type index.</summary>
internal static class BlockTypes
{
    private static readonly FuncType Empty = new([], []);
    private static readonly FuncType I32 = new([], [WasmType.I32]);
    private static readonly FuncType I64 = new([], [WasmType.I64]);
    private static readonly FuncType F32 = new([], [WasmType.F32]);
    private static readonly FuncType F64 = new([], [WasmType.F64]);
    private static readonly FuncType Func = new([], [WasmType.FuncRef]);
    private static readonly FuncType Extern = new([], [WasmType.ExternRef]);

    public static FuncType Read(ref ByteReader reader, WasmModule module)
    {
        var at = reader.Pos;
        var value = reader.S33();
        if (value >= 0)
        {
            return value < module.Types.Length ? module.Types[value] : throw ModuleValidator.Invalid(at, "unknown type");
        }

        return value switch
        {
            -64 => Empty,
            -1 => I32,
            -2 => I64,
            -3 => F32,
            -4 => F64,
            -5 => throw ByteReader.Unsupported(at, "SIMD"),
            -16 => Func,
            -17 => Extern,
            _ => throw ByteReader.Malformed(at, "malformed block type"),
        };
    }
}
