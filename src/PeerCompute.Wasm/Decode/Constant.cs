// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Decode;

/// <summary>A constant expression: its instruction, its operand (bits or index), its type and where it stands.</summary>
internal readonly record struct Constant(ConstantKind Kind, ulong Operand, WasmType Type, int Offset);
