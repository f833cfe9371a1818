// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm;

/// <summary>How much the compiler made of a module.</summary>
/// <param name="Functions">Functions that the module defines.</param>
/// <param name="Bytes">Bytes of intermediate language.</param>
/// <param name="Interpreted">Functions that are over a bound and left to the interpreter (docs/wasm.md section 8).</param>
public readonly record struct WasmCode(int Functions, long Bytes, int Interpreted);
