// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Runtime;
using PeerCompute.Wasm;

namespace PeerCompute.Benchmarks.Wasm;

/// <summary>What compiling takes, apart from what runs meanwhile: to intermediate language at once, to machine code as functions are first called.</summary>
internal static class CompileTime
{
    /// <summary>Compiles a module and runs it for the first time on this thread.</summary>
    public static IEnumerable<Figure> Measure(string name, WasmModule module, Action firstRun)
    {
        var clock = Stopwatch.StartNew();
        var code = module.Compile(WasmSuite.MaxPages);
        var emitting = clock.Elapsed;
        var before = JitInfo.GetCompilationTime(currentThread: true);
        firstRun();
        var jit = JitInfo.GetCompilationTime(currentThread: true) - before;
        return
        [
            new Figure($"{name}: compile time, to intermediate language", emitting.TotalMilliseconds, "ms", null, "lower"),
            new Figure($"{name}: compile time, to machine code in the first run", jit.TotalMilliseconds, "ms", null, "lower"),
            new Figure($"{name}: size of its intermediate language", code.Bytes / 1024.0, "KiB", null, "lower"),
            new Figure($"{name}: functions left to the interpreter", code.Interpreted, $"of {code.Functions}", null, "lower"),
        ];
    }
}
