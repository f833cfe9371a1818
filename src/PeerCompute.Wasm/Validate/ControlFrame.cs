// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm.Decode;

namespace PeerCompute.Wasm.Validate;

/// <summary>An open block: its opcode (0 for the function), its type, the operand height below it.</summary>
internal struct ControlFrame
{
    public byte Opcode;
    public WasmType[] Start;
    public WasmType[] Result;
    public int Height;
    public bool Unreachable;

    public readonly WasmType[] LabelTypes => Opcode == Opcodes.Loop ? Start : Result;
}
