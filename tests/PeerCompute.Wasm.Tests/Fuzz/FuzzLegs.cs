// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>The comparisons there are, by name.</summary>
internal static class FuzzLegs
{
    public static IReadOnlyList<string> Names { get; } = ["compiler", "split", "v8", "v8-compiler"];

    public static IFuzzLeg Make(string name) => name switch
    {
        "compiler" => new EngineLeg(name, new FuzzEngine(WasmEngine.Interpreter), new FuzzEngine(WasmEngine.Compiler)),
        "split" => new EngineLeg(name, new FuzzEngine(WasmEngine.Interpreter), new FuzzEngine(WasmEngine.Compiler, split: true)),
        "v8" => new V8Leg(name, new FuzzEngine(WasmEngine.Interpreter)),
        "v8-compiler" => new V8Leg(name, new FuzzEngine(WasmEngine.Compiler)),
        _ => throw new ArgumentException($"no leg is called {name}; there are {string.Join(", ", Names)}", nameof(name)),
    };
}
