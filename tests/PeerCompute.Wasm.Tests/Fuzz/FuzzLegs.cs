// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>The comparisons there are, by name.</summary>
internal static class FuzzLegs
{
    public static IReadOnlyList<string> Names { get; } = ["v8"];

    public static IFuzzLeg Make(string name) => name switch
    {
        "v8" => new V8Leg(new InterpreterEngine()),
        _ => throw new ArgumentException($"no leg is called {name}; there are {string.Join(", ", Names)}", nameof(name)),
    };
}
