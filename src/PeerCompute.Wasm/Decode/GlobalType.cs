// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Decode;

/// <summary>Type of a global.</summary>
internal readonly record struct GlobalType(WasmType Type, bool Mutable);
