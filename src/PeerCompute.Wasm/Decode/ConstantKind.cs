// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Decode;

/// <summary>The one instruction of a constant expression.</summary>
internal enum ConstantKind : byte
{
    Value,
    GlobalGet,
    RefFunc,
}
