// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Decode;

/// <summary>Types of values, by their bytes in the binary format; <see cref="Unknown"/> exists in the validator only.</summary>
internal enum WasmType : byte
{
    Unknown = 0,
    ExternRef = 0x6F,
    FuncRef = 0x70,
    F64 = 0x7C,
    F32 = 0x7D,
    I64 = 0x7E,
    I32 = 0x7F,
}
