// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Wasm;

namespace PeerCompute.Execution.Guests;

/// <summary>
/// How far a task is interpreted before its module is compiled. Compiling costs time before the first instruction runs; most tasks of small programs end
/// sooner than that. A task that outlives its trial is run again from the start, compiled: it wastes about as long as compiling takes, so that no
/// task takes more than about twice the time of the better choice (docs/decisions/0014).
/// </summary>
internal static class Trial
{
    /// <summary>Fuel that the interpreter uses in the time in which one byte of a program's code is compiled, both measured on x86-64.</summary>
    private const long FuelPerCodeByte = 3_000;

    /// <summary>Fuel of the smallest programs: what the compiler takes for any.</summary>
    private const long Least = 25_000_000;

    /// <summary>Fuel of the largest: of a large program only a part is ever called, and only what is called is compiled.</summary>
    private const long Most = 400_000_000;

    /// <summary>Fuel for which a task of a module is interpreted; 0 where the module is compiled already.</summary>
    public static long Fuel(WasmModule module) => module.IsCompiled ? 0 : Math.Clamp(module.CodeBytes * FuelPerCodeByte, Least, Most);
}
