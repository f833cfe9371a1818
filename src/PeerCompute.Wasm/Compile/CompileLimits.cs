// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Compile;

/// <summary>What is compiled at all: functions over these bounds are run by the interpreter, with the same outcome.</summary>
internal static class CompileLimits
{
    /// <summary>Bytes of one body. The runtime's compiler takes time that grows faster than the body.</summary>
    public const int FunctionBytes = 256 << 10;

    /// <summary>Parameters, locals and operands of one function: its frame must fit into <see cref="WasmStack.Reserve"/> many times.</summary>
    public const int FunctionSlots = 4_000;

    /// <summary>Bytes of intermediate language of one module; some tens of times the size of its code in WebAssembly is never reached.</summary>
    public const long ModuleBytes = 64 << 20;

    /// <summary>
    /// Regions of one module; later functions stay whole. SQLite has 280, a hostile function of 256 KiB may have 3,000 in a third of a second.
    /// </summary>
    public const int ModuleRegions = 10_000;
}
