// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Decode;

/// <summary>So many locals of one type, as declared.</summary>
internal readonly record struct LocalGroup(int Count, WasmType Type);
