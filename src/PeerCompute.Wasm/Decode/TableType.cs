// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Decode;

/// <summary>Type of a table.</summary>
internal readonly record struct TableType(WasmType Element, Limits Limits);
