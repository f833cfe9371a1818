// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Tests.Reference;

/// <summary>By how much instructions that are neither blocks nor final change the number of operands.</summary>
internal static class SlowArity
{
    public static int Change(WasmModule module, SlowInstruction ins) => ins.Opcode switch
    {
        0x01 or 0x0B or 0x22 or 0x40 => 0,
        0x0D or 0x1A or 0x21 or 0x24 => -1,
        0x10 => Call(module.TypeOf(ins.Index)),
        0x11 => Call(module.Types[ins.Index]) - 1,
        0x1B => -2,
        0x20 or 0x23 or 0x3F or (>= 0x41 and <= 0x44) => 1,
        >= 0x28 and <= 0x35 => 0,
        >= 0x36 and <= 0x3E => -2,
        >= 0x45 and <= 0xC4 => 1 - Opcodes.Numeric(ins.Opcode).Operands,
        0xFC => ins.Index < 8 ? 0 : -3,
        _ => throw new ArgumentException($"opcode {ins.Opcode:x2}", nameof(ins)),
    };

    private static int Call(FuncType type) => type.Results.Length - type.Params.Length;
}
