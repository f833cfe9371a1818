// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Execution.Sandbox;

/// <summary>The names of isolation classes as adverts and people see them.</summary>
public static class IsolationClassNames
{
    /// <summary>The name of a class, such as <c>wasm-strict</c>.</summary>
    /// <param name="isolation">The class.</param>
    /// <returns>The name; <c>none</c> for values without one.</returns>
    public static string Name(this IsolationClass isolation) => isolation switch
    {
        IsolationClass.WasmStrict => "wasm-strict",
        IsolationClass.WasmSeccomp => "wasm-seccomp",
        IsolationClass.WasmProcess => "wasm-process",
        _ => "none",
    };
}
