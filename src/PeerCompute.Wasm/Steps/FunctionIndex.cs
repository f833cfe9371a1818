// SPDX-License-Identifier: Apache-2.0
using PeerCompute.Base.Checks;
using PeerCompute.Base.Errors;
using PeerCompute.Wasm.Runtime;

namespace PeerCompute.Wasm.Steps;

/// <summary>References in a state: 0 for null, else the function's own index plus 1, whatever an engine holds in their place.</summary>
internal static class FunctionIndex
{
    /// <summary>A step program is alone in its store, so its functions' handles are their indices plus 1.</summary>
    public static void Check(WasmInstance instance)
    {
        for (var i = 0; i < instance.Functions.Length; i++)
        {
            Invariant.Check(instance.Functions[i].Handle == (ulong)i + 1);
        }
    }

    public static uint Of(ulong reference) => (uint)reference;

    public static ulong Reference(WasmInstance instance, ulong number, string field) => number <= (ulong)instance.Functions.Length
        ? number
        : throw new WireException(field, $"function {number - 1}, the module has {instance.Functions.Length}");
}
