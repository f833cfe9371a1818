// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm;

/// <summary>What runs a program. Both follow docs/wasm.md: the choice changes the speed and nothing else.</summary>
public enum WasmEngine
{
    /// <summary>The reference: executes an internal code, takes nothing of the machine's stack.</summary>
    Interpreter,

    /// <summary>Makes code of the machine through the runtime's own compiler; calls take the machine's stack (<see cref="WasmStack"/>).</summary>
    Compiler,
}
