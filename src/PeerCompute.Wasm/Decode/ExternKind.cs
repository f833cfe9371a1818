// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Decode;

/// <summary>What an import or export is, by its byte in the binary format.</summary>
internal enum ExternKind : byte
{
    Function = 0,
    Table = 1,
    Memory = 2,
    Global = 3,
}
