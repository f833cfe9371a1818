// SPDX-License-Identifier: Apache-2.0
namespace PeerCompute.Wasm.Tests.Fuzz;

/// <summary>An engine with a fault: in its instructions, or in what it grants.</summary>
internal sealed class FaultyEngine(IFuzzEngine engine, Func<FuzzCase, FuzzCase> fault, Func<FuzzGrant, FuzzGrant>? grants = null) : IFuzzEngine
{
    public Func<FuzzGrant, FuzzOutcome> Prepare(FuzzCase fuzz)
    {
        var run = engine.Prepare(fault(fuzz));
        return grant => run(grants?.Invoke(grant) ?? grant);
    }
}
