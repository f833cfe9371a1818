// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>The interpreter.</summary>
internal sealed class InterpreterEngine : IFuzzEngine
{
    public Func<FuzzGrant, FuzzOutcome> Prepare(FuzzCase fuzz)
    {
        var module = WasmModule.Parse(fuzz.Module.Encode(), WasmLimits.Default);
        return grant => FuzzEngine.Run(fuzz, module, grant);
    }
}
